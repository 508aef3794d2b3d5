import type { LintWarning } from '../../api/lint';
import type { Pipe, StageParameters } from '../../api/pipes';
import type { Stages } from './pipe-draft';

/** A change of a pipe that takes a finding away. */
export interface Fix {
  kind: 'path' | 'quotes' | 'delete' | 'skip' | 'filter';
  /** What is put in the place of what is wrong. */
  with?: string;
  /** Of the definition, as UpdatePipe takes it. */
  input?: Partial<Stages>;
  tags?: Record<string, string>;
}

/** What a fix may change: a stored pipe, or a draft. */
type Fixable = Pick<Pipe, 'SourceParameters' | 'TargetParameters' | 'EnrichmentParameters'> &
  Partial<Pick<Stages, 'Freshet'>>;

const ONLY_WRITES = '{"eventName": ["INSERT", "MODIFY"]}';

/** What can be done about a finding with one click. `known`: paths that the samples have. */
export function fixesOf(
  { code, path, suggestion }: LintWarning,
  pipe: Fixable,
  known: readonly string[] = [],
): Fix[] {
  if (code === 'RemoveBlanks') return removeFixes(pipe);
  if (path === undefined) return [];
  if (code === 'ObjectInQuotes')
    return changed('quotes', pipe, (text) => text.replaceAll(`"<${path}>"`, `<${path}>`));
  const right = suggestion ?? (code === 'KeyEmpty' ? keyOf(path, known) : undefined);
  if (right === undefined) return [];
  if (code === 'FilterMatchesNothing') return filterFixes(pipe, path, right);
  // Only the whole path: what it begins with may be another one.
  const whole = new RegExp(`${path.replaceAll(/[^\w]/g, '\\$&')}(?![\\w.-])`, 'g');
  return changed('path', pipe, (text) => text.replace(whole, () => right), right);
}

function removeFixes(pipe: Fixable): Fix[] {
  const tags = (['DELETE', 'SKIP'] as const).map((what): Fix => ({
    kind: what === 'DELETE' ? 'delete' : 'skip',
    tags: { 'freshet:on-remove': what },
  }));
  // Beside other filters one more lets more through.
  if ((pipe.SourceParameters?.FilterCriteria?.Filters ?? []).length > 0) return tags;
  return [...tags, { kind: 'filter', input: filtersOf([ONLY_WRITES]) }];
}

const filtersOf = (patterns: string[]): Pick<Stages, 'SourceParameters'> => ({
  SourceParameters: {
    FilterCriteria: { Filters: patterns.map((Pattern) => ({ Pattern })) },
  },
});

/** The same attribute among the keys, which every record has. */
function keyOf(path: string, known: readonly string[]): string | undefined {
  const key = path.replace(/\.(?:New|Old)Image\./, '.Keys.');
  return key !== path && known.includes(key) ? key : undefined;
}

/** Filters with the member at `path` called as at `right`. */
function filterFixes(pipe: Fixable, path: string, right: string): Fix[] {
  const before = (pipe.SourceParameters?.FilterCriteria?.Filters ?? []).map(
    ({ Pattern = '' }) => Pattern,
  );
  const after = before.map((pattern) => renamed(pattern, path.split('.'), right.split('.')));
  return after.every((pattern, at) => pattern === before[at])
    ? []
    : [{ kind: 'path', with: right, input: filtersOf(after) }];
}

/** The pattern with the names on the way `from` called as on the way `to`; as it was, when it does not go there. */
function renamed(pattern: string, from: string[], to: string[]): string {
  if (from.length !== to.length) return pattern;
  const walk = (value: unknown, depth: number): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]): [string, unknown] =>
        name === from[depth] ? [to[depth]!, walk(inner, depth + 1)] : [name, inner],
      ),
    );
  };
  try {
    const document: unknown = JSON.parse(pattern);
    const names = from.slice(1);
    return hasWay(document, names) ? JSON.stringify(walk(document, 1)) : pattern;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return pattern;
  }
}

function hasWay(value: unknown, [name, ...others]: string[]): boolean {
  if (name === undefined) return true;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return false;
  return hasWay((value as Record<string, unknown>)[name], others);
}

/** The fix that changes all texts of a definition; none when nothing would be different. */
function changed(
  kind: Fix['kind'],
  pipe: Fixable,
  change: (text: string) => string,
  right?: string,
): Fix[] {
  const { TargetParameters, EnrichmentParameters, Freshet } = pipe;
  const input = {
    ...(TargetParameters && { TargetParameters: changedStage(TargetParameters, change) }),
    ...(EnrichmentParameters && {
      EnrichmentParameters: changedStage(EnrichmentParameters, change),
    }),
    ...(Freshet && {
      Freshet: { InputTemplates: changedAll(Freshet.InputTemplates as Texts, change) },
    }),
  };
  const before = { TargetParameters, EnrichmentParameters, Freshet };
  if (JSON.stringify(input) === JSON.stringify(before)) return [];
  return [{ kind, ...(right !== undefined && { with: right }), input }];
}

type Texts = Record<string, string>;

function changedAll(texts: Texts, change: (text: string) => string): Texts {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, change(text)]));
}

function changedStage(stage: StageParameters, change: (text: string) => string): StageParameters {
  const { InputTemplate, HttpParameters: http } = stage;
  return {
    ...stage,
    ...(InputTemplate !== undefined && { InputTemplate: change(InputTemplate) }),
    ...(http && {
      HttpParameters: {
        ...http,
        ...(http.PathParameterValues && {
          PathParameterValues: http.PathParameterValues.map(change),
        }),
        ...(http.HeaderParameters && {
          HeaderParameters: changedAll(http.HeaderParameters, change),
        }),
        ...(http.QueryStringParameters && {
          QueryStringParameters: changedAll(http.QueryStringParameters, change),
        }),
      },
    }),
  };
}
