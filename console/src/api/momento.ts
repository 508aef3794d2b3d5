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

async function momento(
  method: string,
  cache: string,
  parameters: Record<string, string>,
  body?: Uint8Array<ArrayBuffer>,
): Promise<Response> {
  const key = await ownKey().catch((error: unknown) => {
    made = undefined;
    throw error;
  });
  const url = new URL(`/cache/${encodeURIComponent(cache)}`, location.origin);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const response = await fetchOwn(url, {
    method,
    headers: { authorization: key },
    ...(body && { body }),
  });
  if (response.ok) return response;
  if (response.status === 401) made = undefined;
  const { code = 'CacheError', message = `HTTP ${String(response.status)}` } = (await response
    .json()
    .catch(() => ({}))) as { code?: string; message?: string };
  throw new ApiError(code, message, response.status);
}

/** The value's bytes; undefined when the cache has no such key. */
export async function getValue(cache: string, key: string): Promise<Uint8Array | undefined> {
  try {
    const response = await momento('GET', cache, { key });
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
  key: string,
  value: Uint8Array<ArrayBuffer>,
  ttlSeconds: number,
): Promise<void> {
  await momento('PUT', cache, { key, ttl_seconds: String(ttlSeconds) }, value);
}

export async function deleteValue(cache: string, key: string): Promise<void> {
  await momento('DELETE', cache, { key });
}
