import { createKey } from './freshet';
import { ApiError, fetchOwn } from './http';

/** How long a key of the console lives. */
const KEY_SECONDS = 3600;
/** A key is given up before its time is over: what it is sent with must not come too late. */
const SPARE_MS = 60_000;

/** Made for this page when it is first needed, kept in memory alone, and gone by itself. */
let made: { key: Promise<string>; until: number } | undefined;

function ownKey(): Promise<string> {
  if (made === undefined || Date.now() > made.until)
    made = {
      key: createKey({
        role: 'readwrite',
        validForSeconds: KEY_SECONDS,
        description: 'console',
      }).then(({ key }) => key),
      until: Date.now() + KEY_SECONDS * 1000 - SPARE_MS,
    };
  return made.key;
}

interface MomentoCall {
  body?: Uint8Array<ArrayBuffer>;
  contentType?: string;
  signal?: AbortSignal;
}

async function momento(
  method: string,
  path: string,
  parameters: Record<string, string>,
  { body, contentType, signal }: MomentoCall = {},
): Promise<Response> {
  const key = await ownKey().catch((error: unknown) => {
    made = undefined;
    throw error;
  });
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const response = await fetchOwn(url, {
    method,
    headers: { authorization: key, ...(contentType && { 'content-type': contentType }) },
    ...(body && { body }),
    ...(signal && { signal }),
  });
  if (response.ok) return response;
  if (response.status === 401) made = undefined;
  const { code = 'CacheError', message = `HTTP ${String(response.status)}` } = (await response
    .json()
    .catch(() => ({}))) as { code?: string; message?: string };
  throw new ApiError(code, message, response.status);
}

/** A key as text, or as base64 where it is no text. */
export type CacheKey = { text: string } | { base64: string };

const cachePath = (cache: string): string => `/cache/${encodeURIComponent(cache)}`;
const nameOf = (key: CacheKey): Record<string, string> =>
  'text' in key ? { key: key.text } : { key_base64: key.base64 };

/** The value's bytes; undefined when the cache has no such key. */
export async function getValue(cache: string, key: CacheKey): Promise<Uint8Array | undefined> {
  try {
    const response = await momento('GET', cachePath(cache), nameOf(key));
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    if (
      error instanceof ApiError &&
      error.status === 404 &&
      error.message.includes('Key Not Found')
    )
      return undefined;
    throw error;
  }
}

export async function setValue(
  cache: string,
  key: CacheKey,
  value: Uint8Array<ArrayBuffer>,
  ttlSeconds: number,
): Promise<void> {
  const parameters = { ...nameOf(key), ttl_seconds: String(ttlSeconds) };
  await momento('PUT', cachePath(cache), parameters, { body: value });
}

export async function deleteValue(cache: string, key: CacheKey): Promise<void> {
  await momento('DELETE', cachePath(cache), nameOf(key));
}

export interface TopicItem {
  item?: {
    topic_sequence_number: number;
    sequence_page: number;
    value: { text: string } | { binary: string };
    publisher_id?: string;
  };
  discontinuity?: {
    last_topic_sequence: number;
    new_topic_sequence: number;
    new_sequence_page: number;
  };
}

const topicPath = (cache: string, topic: string): string =>
  `/topics/${encodeURIComponent(cache)}/${encodeURIComponent(topic)}`;

export async function publish(
  cache: string,
  topic: string,
  message: Uint8Array<ArrayBuffer>,
  isText: boolean,
): Promise<void> {
  await momento(
    'POST',
    topicPath(cache, topic),
    {},
    {
      body: message,
      contentType: isText ? 'text/plain' : 'application/octet-stream',
    },
  );
}

/** Waits for what is published from number `next` of `page` on (0: from now on); empty when nothing came for a while. */
export async function nextOfTopic(
  cache: string,
  topic: string,
  { next, page }: { next: number; page: number },
  signal: AbortSignal,
): Promise<TopicItem[]> {
  const from = { sequence_number: String(next), sequence_page: String(page) };
  const response = await momento('GET', topicPath(cache, topic), from, { signal });
  return ((await response.json()) as { items: TopicItem[] }).items;
}
