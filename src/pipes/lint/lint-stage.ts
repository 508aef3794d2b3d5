import type { Extensions, PipeHttpParameters } from '../../state/index.js';
import { compileDynamicValue, RenderError } from '../../transformer/index.js';
import type { PipeDefinition } from '../definition.js';
import { missingPaths, type MissingPath, type StageEvent } from '../path-watch.js';
import { Payload } from '../stages/payload.js';
import { RequestError } from '../stages/stage.js';
import { ENOUGH_SAMPLES, type LintWarning } from './lint-warning.js';

/** A stage, and what is known of the events that it gets. */
export interface JudgedStage {
  template: string | undefined;
  byEvent: Readonly<Partial<Record<string, string>>>;
  /** Paths that its template and parameters read. */
  paths: readonly string[];
  /** Key parameters by what they are called. */
  keys: readonly (readonly [name: string, value: string])[];
  /** What passes the filters. */
  events: readonly StageEvent[];
  /** What passes them of the removals of the samples' items. */
  removes: readonly StageEvent[];
  /** Whether removals pass: these have no new image. */
  getsRemoves: boolean;
  /** Whether the events are what an enrichment answered. */
  isEnriched: boolean;
}

/** Parameters that name what is written. */
export function keyParameters(parameters: PipeHttpParameters | undefined): JudgedStage['keys'] {
  const { PathParameterValues = [], QueryStringParameters = {} } = parameters ?? {};
  return [
    ...PathParameterValues.map((value, at) => [`Path parameter ${String(at + 1)}`, value] as const),
    ...Object.entries(QueryStringParameters)
      .filter(([name]) => name.toLowerCase() === 'key')
      .map(([name, value]) => [`Query parameter "${name}"`, value] as const),
  ];
}

/** What is probably wrong with a stage's template and parameters. */
export function lintStage(
  stage: JudgedStage,
  extensions: Extensions,
  definition: PipeDefinition,
): LintWarning[] {
  const missing = missingPaths(stage.paths, stage.events).filter(isCertain);
  return [
    ...missing.map((one) => pathMissing(one, stage)),
    ...lintTemplate(stage, extensions, definition),
    ...lintRemoves(stage, extensions),
    ...lintKeys(stage, missing),
  ];
}

function isCertain({ looked, hint }: MissingPath): boolean {
  return hint !== undefined || looked >= ENOUGH_SAMPLES;
}

/** So many of what a stage gets. */
function samplesOf({ isEnriched }: JudgedStage, count: number): string {
  const [one, more] = isEnriched ? ['answer', 'answers'] : ['sample', 'samples'];
  return `${String(count)} ${count === 1 ? one : more}${isEnriched ? ' of the enrichment' : ''}`;
}

function pathMissing(
  { path, looked, hint, suggestion }: MissingPath,
  stage: JudgedStage,
): LintWarning {
  const samples = samplesOf(stage, looked) + (stage.isEnriched ? '' : ' of records and items');
  return {
    code: 'PathMissing',
    message: `\`${path}\` is in 0 of ${samples}${hint === undefined ? ': correct it' : `; ${hint}`}`,
    path,
    ...(suggestion !== undefined && { suggestion }),
  };
}

/** Templates that come to nothing valid. */
function lintTemplate(
  stage: JudgedStage,
  extensions: Extensions,
  definition: PipeDefinition,
): LintWarning[] {
  const payload = new Payload(stage.template, extensions, stage.byEvent);
  const variables = definition.variablesAt(0);
  const failures = new Map<string, { error: RequestError; count: number }>();
  for (const { event, record } of stage.events) {
    try {
      payload.text({ event, variables, record });
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const known = failures.get(error.message);
      if (known === undefined) failures.set(error.message, { error, count: 1 });
      else known.count += 1;
    }
  }
  const warnings: LintWarning[] = [];
  for (const { error, count } of failures.values()) {
    const container = error.cause instanceof RenderError ? error.cause.container : undefined;
    // That values which are missing fail is what the pipe asks for.
    if (container === undefined && extensions.missingValues === 'fail') continue;
    warnings.push({
      code: container === undefined ? 'TemplateFails' : 'ObjectInQuotes',
      message: `${error.message} (${String(count)} of ${samplesOf(stage, stage.events.length)})`,
      ...(container !== undefined && { path: container.replace(/^<(\$.*)>$/, '$1') }),
    });
  }
  return warnings;
}

const NEW_IMAGE = /^(?:\$\.dynamodb\.NewImage|<freshet\.new-image)/;

/** Templates that read the new image, of records that have none. */
function lintRemoves(
  { template, byEvent, getsRemoves, isEnriched }: JudgedStage,
  { onRemove, missingValues, strictTemplate }: Extensions,
): LintWarning[] {
  if (onRemove !== 'SEND' || missingValues !== 'empty' || !getsRemoves) return [];
  const used = byEvent['REMOVE'] ?? template;
  if (!used) return [];
  const payload = new Payload(used, { strictTemplate, missingValues });
  // What an enrichment answers may have any name.
  const path = payload.paths.find(
    (one) => NEW_IMAGE.test(one) && !(isEnriched && one.startsWith('$')),
  );
  if (path === undefined) return [];
  return [
    {
      code: 'RemoveBlanks',
      message: `REMOVE records get through and have no new image: \`${path}\` is blank in what is sent for them. Give the pipe the tag freshet:on-remove with SKIP or DELETE, or filter them out with {"eventName":["INSERT","MODIFY"]}`,
      path,
    },
  ];
}

/** Parameters that name what is written, and come out empty. */
function lintKeys(
  { keys, events, removes, isEnriched }: JudgedStage,
  missing: readonly MissingPath[],
): LintWarning[] {
  const warnings: LintWarning[] = [];
  // What would be answered for the removals nobody knows.
  const all = isEnriched ? events : [...events, ...removes];
  for (const [name, text] of keys) {
    const value = compileDynamicValue(text);
    if (value.path === undefined || missing.some(({ path }) => path === value.path)) continue;
    const empty = all.filter(({ event, record }) => !value.resolve(event, record));
    if (empty.length === 0) continue;
    const names = [...new Set(empty.map(({ record }) => record.eventName))].join(' and ');
    const [samples, advice] = isEnriched
      ? ['answers of the enrichment', 'let it answer that always, or take <freshet.keys…>']
      : ['samples', 'take it from $.dynamodb.Keys'];
    warnings.push({
      code: 'KeyEmpty',
      message: `${name} (\`${value.path}\`) is empty in ${String(empty.length)} of ${String(all.length)} ${samples} (${names}): ${advice}, which every record has, or filter such records out`,
      path: value.path,
    });
  }
  return warnings;
}
