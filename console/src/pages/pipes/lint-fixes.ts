import type { LintWarning } from '../../api/lint';
import type { HttpTargetParameters, Pipe } from '../../api/pipes';

/** A change of a pipe that takes a finding away. */
export interface Fix {
  kind: 'path' | 'quotes' | 'delete' | 'skip';
  /** Of the definition, as UpdatePipe takes it. */
  input?: object;
  tags?: Record<string, string>;
}

type Stage = { InputTemplate?: string; HttpParameters?: HttpTargetParameters };

/** What can be done about a finding with one click. */
export function fixesOf({ code, path, suggestion }: LintWarning, pipe: Pipe): Fix[] {
  if (code === 'RemoveBlanks')
    return (['DELETE', 'SKIP'] as const).map((what) => ({
      kind: what === 'DELETE' ? 'delete' : 'skip',
      tags: { 'freshet:on-remove': what },
    }));
  if (path === undefined) return [];
  if (code === 'ObjectInQuotes')
    return changed('quotes', pipe, (text) => text.replaceAll(`"<${path}>"`, `<${path}>`));
  // Only the whole path: what it begins with may be another one.
  const whole = new RegExp(`${path.replaceAll(/[^\w]/g, '\\$&')}(?![\\w.-])`, 'g');
  return suggestion === undefined
    ? []
    : changed('path', pipe, (text) => text.replace(whole, () => suggestion));
}

/** The fix that changes all texts of a definition; none when nothing would be different. */
function changed(kind: Fix['kind'], pipe: Pipe, change: (text: string) => string): Fix[] {
  const { TargetParameters, EnrichmentParameters } = pipe;
  const input = {
    RoleArn: pipe.RoleArn,
    ...(TargetParameters && { TargetParameters: changedStage(TargetParameters, change) }),
    ...(EnrichmentParameters && {
      EnrichmentParameters: changedStage(EnrichmentParameters, change),
    }),
  };
  const before = { RoleArn: pipe.RoleArn, TargetParameters, EnrichmentParameters };
  return JSON.stringify(input) === JSON.stringify(before) ? [] : [{ kind, input }];
}

function changedStage(stage: Stage, change: (text: string) => string): Stage {
  const { InputTemplate, HttpParameters: http } = stage;
  const all = (texts: Record<string, string>): Record<string, string> =>
    Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, change(text)]));
  return {
    ...stage,
    ...(InputTemplate !== undefined && { InputTemplate: change(InputTemplate) }),
    ...(http && {
      HttpParameters: {
        ...http,
        ...(http.PathParameterValues && {
          PathParameterValues: http.PathParameterValues.map(change),
        }),
        ...(http.HeaderParameters && { HeaderParameters: all(http.HeaderParameters) }),
        ...(http.QueryStringParameters && {
          QueryStringParameters: all(http.QueryStringParameters),
        }),
      },
    }),
  };
}
