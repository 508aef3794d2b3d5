/** A header as a pair of name and value. */
export type Header = readonly [name: string, value: string];

/**
 * Headers that AWS silently removes from what users configure, lower case (user-guide table; reference:
 * connections and API destinations, section 4), and two hop-by-hop ones that would break the connection.
 */
const REMOVED: ReadonlySet<string> = new Set(
  `a-im accept-charset accept-datetime accept-encoding cache-control connection content-encoding content-length
   content-md5 date expect forwarded from host http2-settings if-match if-modified-since if-none-match if-range
   if-unmodified-since max-forwards origin pragma proxy-authorization range referer te trailer transfer-encoding
   user-agent upgrade via warning
   keep-alive proxy-connection`.split(/\s+/),
);

/** Sent with every request, not overridable. `Host`, `Connection` and `Content-Length` come from the client. */
const ALWAYS: readonly string[] = [
  ...['User-Agent', 'Amazon/EventBridge/ApiDestinations'],
  ...['Range', 'bytes=0-1048575'],
  ...['Accept-Encoding', 'gzip,deflate'],
];
const DEFAULT_CONTENT_TYPE = 'application/json; charset=utf-8';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const NOT_PLAIN = /[^\t\x20-\x7e]/;

const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

/** The headers that do not change between requests, laid out once as undici takes them: name, value, name … */
export interface HeaderPlan {
  readonly withBody: string[];
  readonly withoutBody: string[];
  /** Lower-case names that a target's headers must not replace. */
  readonly taken: ReadonlySet<string>;
}

/**
 * Lays out the connection's headers, its authorization (which wins over them) and what is always sent.
 * A text instead of a plan says what is wrong with one of them.
 */
export function planHeaders(
  connection: readonly Header[],
  authorization: readonly Header[],
): HeaderPlan | string {
  const chosen = new Map<string, Header>();
  for (const [name, value] of [...connection, ...authorization]) {
    const lower = name.toLowerCase();
    if (REMOVED.has(lower)) continue;
    const encoded = encodeValue(value);
    if (!TOKEN.test(name) || encoded === undefined) return invalidHeader(name);
    chosen.set(lower, [name, encoded]);
  }
  const contentType = chosen.get('content-type')?.[1] ?? DEFAULT_CONTENT_TYPE;
  const taken = new Set(chosen.keys());
  chosen.delete('content-type');
  const withoutBody = [...ALWAYS, ...[...chosen.values()].flat()];
  return { withBody: [...withoutBody, 'Content-Type', contentType], withoutBody, taken };
}

/**
 * The headers of one request: the plan's and the target's own as far as they are allowed and the connection
 * does not set them. A Content-Type is only sent with a body. A text instead says which header is invalid.
 */
export function mergeHeaders(
  plan: HeaderPlan,
  target: Readonly<Record<string, string>>,
  hasBody: boolean,
): string[] | string {
  const names = Object.keys(target);
  if (names.length === 0) return hasBody ? plan.withBody : plan.withoutBody;
  const own: string[] = [];
  let replacesContentType = false;
  for (const name of names) {
    const lower = name.toLowerCase();
    if (REMOVED.has(lower) || plan.taken.has(lower)) continue;
    if (lower === 'content-type') {
      if (!hasBody) continue;
      replacesContentType = true;
    }
    const value = encodeValue(target[name]!);
    if (!TOKEN.test(name) || value === undefined) return invalidHeader(name);
    own.push(name, value);
  }
  return (hasBody && !replacesContentType ? plan.withBody : plan.withoutBody).concat(own);
}

/**
 * The value as the client writes it, one byte a character: what is not ASCII goes out as UTF-8 (inferred).
 * Undefined when it holds a line break or another control character.
 */
function encodeValue(value: string): string | undefined {
  if (!NOT_PLAIN.test(value)) return value;
  if (CONTROL.test(value)) return undefined;
  return Buffer.from(value, 'utf8').toString('latin1');
}

function invalidHeader(name: string): string {
  return TOKEN.test(name)
    ? `the header ${name} holds a line break or another control character, which HTTP does not allow; correct the value or the path it is taken from`
    : `${JSON.stringify(name)} is not a valid header name; correct the header parameters`;
}
