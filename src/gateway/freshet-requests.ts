import { AwsError } from '../lib/aws-error.js';
import { parseJson } from './json-protocol.js';

/** Longest wait of one request, and its length when the caller does not say. */
const MAX_WAIT_MS = 600_000;
const DEFAULT_WAIT_MS = 60_000;
/** How long a verification waits for changes under way. */
const DEFAULT_SETTLE_MS = 5_000;
/** Dead letters of one request. */
const MAX_CHOSEN = 100;

export function pageOf(url: URL): { after?: string; limit?: number } {
  const after = url.searchParams.get('after');
  const limit = wholeOf(url, 'limit');
  return { ...(after !== null && { after }), ...(limit !== undefined && { limit }) };
}

export function wholeOf(url: URL, name: string): number | undefined {
  const text = url.searchParams.get(name);
  if (text === null) return undefined;
  if (/^[1-9]\d{0,2}$/.test(text)) return Number(text);
  throw new AwsError(
    'BadRequest',
    `'${name}' must be a whole number from 1 to 999, not '${text}'.`,
  );
}

export function versionOf(url: URL): number | undefined {
  const text = url.searchParams.get('after');
  if (text === null) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AwsError(
    'BadRequest',
    `'after' must be the 'next' of an earlier answer, not '${text}'.`,
  );
}

export function waitOf(body: Buffer): { timeoutMs: number; since: number | undefined } {
  const { timeoutMs = DEFAULT_WAIT_MS, since } = (
    body.length === 0 ? {} : (parseJson(body) ?? {})
  ) as { timeoutMs?: unknown; since?: unknown };
  if (
    isWholeIn(timeoutMs, 1, MAX_WAIT_MS) &&
    (since === undefined || isWholeIn(since, 0, Number.MAX_SAFE_INTEGER))
  )
    return { timeoutMs, since };
  throw new AwsError(
    'BadRequest',
    `Send a JSON object, perhaps with the members "timeoutMs", a whole number from 1 to ${String(MAX_WAIT_MS)}, and "since", in milliseconds since 1970.`,
  );
}

export function verifyOf(body: Buffer): { repair: boolean; keepExtra: boolean; settleMs: number } {
  const {
    repair = false,
    keepExtra = false,
    settleMs = DEFAULT_SETTLE_MS,
  } = (body.length === 0 ? {} : objectOf(body)) as Record<string, unknown>;
  if (
    typeof repair === 'boolean' &&
    typeof keepExtra === 'boolean' &&
    isWholeIn(settleMs, 1, MAX_WAIT_MS)
  )
    return { repair, keepExtra, settleMs };
  throw new AwsError(
    'BadRequest',
    `Send a JSON object, perhaps with the members "repair" and "keepExtra", each true or false, and "settleMs", a whole number from 1 to ${String(MAX_WAIT_MS)}.`,
  );
}

function isWholeIn(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

/** Which dead letters a request is about; `record` takes the place of the one letter's own. */
export function chosen(body: Buffer): {
  ids: string[];
  force: boolean;
  record: object | undefined;
} {
  const { ids, force = false, record } = (parseJson(body) ?? {}) as Record<string, unknown>;
  const isList =
    Array.isArray(ids) &&
    ids.length <= MAX_CHOSEN &&
    ids.every((id) => typeof id === 'string' && id !== '');
  if (!isList || typeof force !== 'boolean')
    throw new AwsError(
      'BadRequest',
      `Send a JSON object with the member "ids", a list of at most ${String(MAX_CHOSEN)} ids of dead letters, and perhaps "force", true or false.`,
    );
  if (record !== undefined && !(isObject(record) && ids.length === 1))
    throw new AwsError(
      'BadRequest',
      '"record" is a stream record that is sent in place of one dead letter\'s own: send it with one id.',
    );
  return { ids: ids as string[], force, record };
}

/** The key of an item of a cache: text, or bytes as base64. */
export function itemKeyOf({ searchParams }: URL): Buffer {
  const [text, base64] = [searchParams.get('key'), searchParams.get('key_base64')];
  const key = Buffer.from(text ?? base64 ?? '', text === null ? 'base64' : 'utf8');
  if (key.length > 0 && (text === null || base64 === null)) return key;
  throw new AwsError('BadRequest', "Name the item by 'key', or by 'key_base64', in the query.");
}

export function nameOf(body: Buffer): string {
  const document = parseJson(body);
  const name = (document as { name?: unknown } | null)?.name;
  if (typeof name === 'string') return name;
  throw new AwsError('BadRequest', 'Send a JSON object with the member "name", a string.');
}

export function objectOf(body: Buffer): object {
  const document = parseJson(body);
  if (isObject(document)) return document;
  throw new AwsError('BadRequest', 'Send a JSON object.');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
