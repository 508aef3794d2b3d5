import { compilePattern } from '../../patterns/index.js';
import { readExtensions, type Extensions, type PipeResource } from '../../state/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import { compileDynamicValue, RenderError } from '../../transformer/index.js';
import { DefinitionError, PipeDefinition } from '../definition.js';
import { missingPaths, type MissingPath } from '../path-watch.js';
import type { Rooms } from '../rooms.js';
import { Payload } from '../stages/payload.js';
import { RequestError } from '../stages/stage.js';
import { patternPaths } from './pattern-paths.js';
import { unsentRooms } from './preview.js';
import { variantsOf } from './samples.js';

/** Fewer samples prove nothing about a path or filter unless a name like it is there. */
const ENOUGH_SAMPLES = 20;

const NEW_IMAGE = /^(?:\$\.dynamodb\.NewImage|<freshet\.new-image)/;

/** What kind of fault it probably is. Codes stay the same; words may become better. */
export type LintCode =
  | 'FilterMatchesNothing'
  | 'KeyEmpty'
  | 'ObjectInQuotes'
  | 'PathMissing'
  | 'RemoveBlanks'
  | 'TemplateFails';

/** What a definition probably gets wrong. */
export interface LintWarning {
  code: LintCode;
  /** What is wrong, and what to do. */
  message: string;
  /** Where it is: a path, a placeholder or a pattern. */
  path?: string;
  /** What probably was meant in its place. */
  suggestion?: string;
}

/** The stage that gets the records themselves: behind an enrichment nobody knows what the target gets. */
interface FirstStage {
  template: string | undefined;
  byEvent: Readonly<Partial<Record<string, string>>>;
  /** Key parameters by what they are called. */
  keys: readonly (readonly [name: string, value: string])[];
}

/**
 * Looks for what a pipe's definition probably gets wrong, judged by samples of what it gets. Without samples only
 * what shows in the definition alone is found. Throws DefinitionError when the pipe cannot run at all.
 */
export function lintPipe(
  pipe: PipeResource,
  samples: readonly ChangeRecord[],
  rooms: Rooms,
): LintWarning[] {
  const definition = new PipeDefinition(pipe, unsentRooms(rooms));
  const extensions = readExtensions(pipe.tags, pipe.target);
  if (typeof extensions === 'string') throw new DefinitionError(extensions);
  const passing = samples.filter((record) => definition.matches(record));
  const paths = (definition.enrichment ?? definition.target).paths;
  const missing = missingPaths(paths, passing).filter(isCertain);
  const first = firstStageOf(pipe);
  return [
    ...missing.map(pathMissing),
    ...lintTemplate(first, extensions, passing, definition),
    ...lintRemoves(first, extensions, samples, definition),
    ...lintFilters(pipe, samples),
    ...lintKeys(first, [...passing, ...removesOf(samples, definition)], missing),
  ];
}

function firstStageOf(pipe: PipeResource): FirstStage {
  const enriches = pipe.enrichment !== undefined && pipe.enrichment !== '';
  const { InputTemplate, HttpParameters } =
    (enriches ? pipe.enrichmentParameters : pipe.targetParameters) ?? {};
  const query = Object.entries(HttpParameters?.QueryStringParameters ?? {});
  return {
    template: InputTemplate,
    byEvent: (enriches ? undefined : pipe.extensions?.InputTemplates) ?? {},
    keys: [
      ...(HttpParameters?.PathParameterValues ?? []).map(
        (value, at) => [`Path parameter ${String(at + 1)}`, value] as const,
      ),
      ...query
        .filter(([name]) => name.toLowerCase() === 'key')
        .map(([name, value]) => [`Query parameter "${name}"`, value] as const),
    ],
  };
}

function isCertain({ looked, hint }: MissingPath): boolean {
  return hint !== undefined || looked >= ENOUGH_SAMPLES;
}

function pathMissing({ path, looked, hint, suggestion }: MissingPath): LintWarning {
  const samples = looked === 1 ? '1 sample' : `${String(looked)} samples`;
  return {
    code: 'PathMissing',
    message: `\`${path}\` is in 0 of ${samples} of records and items${hint === undefined ? ': correct it' : `; ${hint}`}`,
    path,
    ...(suggestion !== undefined && { suggestion }),
  };
}

/** Templates that come to nothing valid. */
function lintTemplate(
  { template, byEvent }: FirstStage,
  extensions: Extensions,
  records: readonly ChangeRecord[],
  definition: PipeDefinition,
): LintWarning[] {
  const payload = new Payload(template, extensions, byEvent);
  const variables = definition.variablesAt(0);
  const failures = new Map<string, { error: RequestError; count: number }>();
  for (const record of records) {
    try {
      payload.text({ event: record, variables, record });
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
      message: `${error.message} (${String(count)} of ${String(records.length)} samples)`,
      ...(container !== undefined && { path: container.replace(/^<(\$.*)>$/, '$1') }),
    });
  }
  return warnings;
}

/** Templates that read the new image, of records that have none. */
function lintRemoves(
  { template, byEvent }: FirstStage,
  { onRemove, missingValues, strictTemplate }: Extensions,
  samples: readonly ChangeRecord[],
  definition: PipeDefinition,
): LintWarning[] {
  if (onRemove !== 'SEND' || missingValues !== 'empty') return [];
  const used = byEvent['REMOVE'] ?? template;
  if (!used) return [];
  const payload = new Payload(used, { strictTemplate, missingValues });
  const path = payload.paths.find((one) => NEW_IMAGE.test(one));
  if (path === undefined) return [];
  if (removesOf(samples.length > 0 ? samples : [ANY_RECORD], definition).length === 0) return [];
  return [
    {
      code: 'RemoveBlanks',
      message: `REMOVE records get through and have no new image: \`${path}\` is blank in what is sent for them. Give the pipe the tag freshet:on-remove with SKIP or DELETE, or filter them out with {"eventName":["INSERT","MODIFY"]}`,
      path,
    },
  ];
}

/** What the filters let through of the removal of each sample's item. */
function removesOf(samples: readonly ChangeRecord[], definition: PipeDefinition): ChangeRecord[] {
  return samples
    .filter(({ eventName }) => eventName !== 'REMOVE')
    .flatMap(variantsOf)
    .filter((record) => record.eventName === 'REMOVE' && definition.matches(record));
}

/** When there is no sample: does a filter ask for the event? */
const ANY_RECORD: ChangeRecord = {
  eventID: '',
  eventName: 'INSERT',
  eventVersion: '1.1',
  eventSource: 'aws:dynamodb',
  awsRegion: '',
  dynamodb: {
    ApproximateCreationDateTime: 0,
    Keys: {},
    SequenceNumber: '0',
    SizeBytes: 0,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
  eventSourceARN: '',
};

/** Filters that let nothing through, whatever happens to the items. */
function lintFilters(pipe: PipeResource, samples: readonly ChangeRecord[]): LintWarning[] {
  if (samples.length === 0) return [];
  const variants = samples.flatMap(variantsOf);
  const warnings: LintWarning[] = [];
  for (const { Pattern } of pipe.sourceParameters.FilterCriteria?.Filters ?? []) {
    if (Pattern === undefined) continue;
    const filter = compilePattern(Pattern);
    if (variants.some((record) => filter.matches(record))) continue;
    const [misspelt] = missingPaths(patternPaths(Pattern), variants).filter(
      ({ hint }) => hint !== undefined,
    );
    if (misspelt === undefined && samples.length < ENOUGH_SAMPLES) continue;
    const why =
      misspelt === undefined
        ? 'correct it, or wait for rarer ones'
        : `\`${misspelt.path}\`: ${misspelt.hint!}`;
    warnings.push({
      code: 'FilterMatchesNothing',
      message: `The filter ${Pattern} lets none of ${String(samples.length)} samples through, whatever their event: ${why}`,
      path: misspelt?.path ?? Pattern,
      ...(misspelt?.suggestion !== undefined && { suggestion: misspelt.suggestion }),
    });
  }
  return warnings;
}

/** Parameters that name what is written, and come out empty. */
function lintKeys(
  { keys }: FirstStage,
  records: readonly ChangeRecord[],
  missing: readonly MissingPath[],
): LintWarning[] {
  const warnings: LintWarning[] = [];
  for (const [name, text] of keys) {
    const value = compileDynamicValue(text);
    if (value.path === undefined || missing.some(({ path }) => path === value.path)) continue;
    const empty = records.filter((record) => !value.resolve(record, record));
    if (empty.length === 0) continue;
    const events = [...new Set(empty.map(({ eventName }) => eventName))].join(' and ');
    warnings.push({
      code: 'KeyEmpty',
      message: `${name} (\`${value.path}\`) is empty in ${String(empty.length)} of ${String(records.length)} samples (${events}): take it from $.dynamodb.Keys, which every record has, or filter such records out`,
      path: value.path,
    });
  }
  return warnings;
}
