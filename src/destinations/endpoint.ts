/** An invocation endpoint, taken apart once. */
export interface Endpoint {
  /** Scheme, host and port, e.g. `https://api.example.com:8443`. */
  readonly origin: string;
  /** The path, split where a value goes: one value between each two parts. Percent-encoded already. */
  readonly pathParts: readonly string[];
  /** The endpoint's own query, without `?`, as it was written. */
  readonly query: string;
}

const UNRESERVED = /^[\w.~-]*$/;
const LONE_SURROGATE = /\p{Surrogate}/gu;
const DOT_SEGMENT = /\/\.\.?(?:\/|$)/;

/**
 * Takes an endpoint apart. A `*` stands for a value anywhere in the path (reference: connections and API
 * destinations, section 4); elsewhere it is an ordinary character. Undefined when `text` is no http(s) URL or
 * holds a user name: credentials belong into a connection.
 */
export function parseEndpoint(text: string): Endpoint | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return undefined;
  if (url.username !== '' || url.password !== '') return undefined;
  return {
    origin: url.origin,
    pathParts: url.pathname.split('*'),
    query: url.search.slice(1),
  };
}

/**
 * The path with each `*` replaced, left to right, by a value encoded as one segment. A `*` without a value
 * stays; surplus values are ignored (inferred). Undefined when a value would make a segment `.` or `..`,
 * which servers resolve to another path and which no encoding protects.
 */
export function fillPath(endpoint: Endpoint, values: readonly string[]): string | undefined {
  const parts = endpoint.pathParts;
  let path = parts[0]!;
  if (parts.length === 1) return path;
  for (let i = 1; i < parts.length; i++) {
    const value = values[i - 1];
    path += (value === undefined ? '*' : encodeComponent(value)) + parts[i]!;
  }
  return DOT_SEGMENT.test(path) ? undefined : path;
}

/** Percent-encodes text as one path segment, query key or query value; a lone surrogate becomes U+FFFD. */
export function encodeComponent(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(text.replace(LONE_SURROGATE, '\ufffd'));
}
