import { compilePattern } from '../../../../src/patterns/index.js';
import {
  compileDynamicValue,
  compileTemplate,
  parseEvent,
  type ImageSource,
} from '../../../../src/transformer/index.js';
import type { PipeDraft, SendDraft } from './pipe-draft';

/** The verdict of the pipe's own matcher: `undefined` in `matches` when the pattern cannot work. */
export interface Verdict {
  matches: boolean | undefined;
  fault: string | undefined;
}

/** Whether the sample matches a pattern. */
export function verdictOf(pattern: string, sample: string): Verdict {
  try {
    return { matches: compilePattern(pattern).matches(parseEvent(sample)), fault: undefined };
  } catch (error) {
    return { matches: undefined, fault: messageOf(error) };
  }
}

export interface Preview {
  /** Path and query of the request. */
  target: string;
  headers: [string, string][];
  body: string;
  missing: string[];
  fault: string | undefined;
}

/** What the pipe would send of a sample: rendered by the pipe's own transformer. */
export function previewOf(
  send: SendDraft,
  endpoint: string,
  sample: string,
  draft: PipeDraft,
): Preview {
  const empty = { target: endpoint, headers: [], body: '', missing: [] };
  try {
    const event = parseEvent(sample);
    const record = event as ImageSource;
    const missing = new Set<string>();
    const valueOf = (text: string): string => {
      const value = compileDynamicValue(text);
      const resolved = value.resolve(event, record);
      if (resolved === undefined && value.path !== undefined) missing.add(value.path);
      return resolved ?? '';
    };
    const template = send.template === '' ? undefined : compileTemplate(send.template);
    for (const path of template?.missingPaths(event, record) ?? []) missing.add(path);
    const body =
      template?.render(
        event,
        {
          pipeArn: `arn:aws:pipes:::pipe/${draft.name}`,
          pipeName: draft.name,
          sourceArn: draft.source,
          targetArn: draft.target.destination,
          ingestionTime: new Date().toISOString(),
        },
        record,
      ) ?? sample;
    const values = [...send.pathValues];
    const path = endpoint.replaceAll('*', () => encodeURIComponent(valueOf(values.shift() ?? '')));
    const query = send.query
      .filter(({ key }) => key !== '')
      .map(({ key, value }) => `${encodeURIComponent(key)}=${encodeURIComponent(valueOf(value))}`)
      .join('&');
    return {
      target: query === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${query}`,
      headers: send.headers
        .filter(({ key }) => key !== '')
        .map(({ key, value }) => [key, valueOf(value)]),
      body,
      missing: [...missing],
      fault: template?.problem,
    };
  } catch (error) {
    return { ...empty, fault: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Paths of a sample that have a text, number or truth value, as templates write them. */
export function pathsOf(sample: string): string[] {
  const paths: string[] = [];
  const walk = (value: unknown, path: string): void => {
    if (Array.isArray(value)) value.forEach((one, index) => walk(one, `${path}[${String(index)}]`));
    else if (typeof value === 'object' && value !== null)
      for (const [name, inner] of Object.entries(value))
        if (/^[\w-]+$/.test(name)) walk(inner, `${path}.${name}`);
    if (typeof value !== 'object') paths.push(path);
  };
  try {
    walk(JSON.parse(sample), '$');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  return paths;
}

/** A template of the sample's attributes: a JSON string that holds a JSON object, which caches store as text. */
export function templateOf(sample: string): string {
  const lines = pathsOf(sample)
    .map((path) => ({ path, name: /^\$\.dynamodb\.NewImage\.([\w-]+)\.[SN]$/.exec(path)?.[1] }))
    .filter(({ name }) => name !== undefined)
    .map(({ path, name }) => `\\"${name!}\\": \\"<${path}>\\"`);
  return `"{${lines.join(', ')}}"`;
}

/** The path of the sample that a wrong one was likely meant to be. */
export function likelyPath(wrong: string, paths: string[]): string | undefined {
  const ranked = paths
    .map((path) => ({ path, distance: distanceOf(wrong, path) }))
    .sort((one, other) => one.distance - other.distance);
  const [best] = ranked;
  return best && best.distance <= Math.max(2, wrong.length / 10) ? best.path : undefined;
}

/** Levenshtein's distance. */
function distanceOf(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1)
      next.push(
        Math.min(
          next[j - 1]! + 1,
          row[j]! + 1,
          row[j - 1]! + (one[i - 1] === other[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[other.length]!;
}
