import { invalidArgument, itemTooLarge } from './momento-error.js';

/**
 * What the cache accepts. The doors share these, so that a limit means the same over HTTP and gRPC.
 */

/** Key and value of one item together (documented: 5 MB; recorded: 4883 KB). */
export const MAX_ITEM_BYTES = 4883 * 1024;
/** Momento documents none; an HTTP request line holds no longer one either. */
export const MAX_KEY_BYTES = 65_535;
/** Ten years: nobody means more, and DynamoDB's epoch times, given by mistake, are all above it. */
export const MAX_TTL_MS = 3650 * 24 * 60 * 60 * 1000;
/** Momento documents none; keeps names usable in paths, logs and state keys. */
export const MAX_CACHE_NAME_BYTES = 255;
/** The hosted service allows 10 at most (documented); a server of one's own may have more. */
export const MAX_CACHES = 1000;

/** Memory of one cache unless an option says otherwise. */
export const DEFAULT_CACHE_BYTES = 1024 * 1024 * 1024;
/** Below it the fixed parts of a cache would outweigh its items. */
export const MIN_CACHE_BYTES = 1024 * 1024;
/** One item may take this share of its cache's memory at most, so that it cannot empty it. */
export const MAX_ITEM_SHARE = 1 / 8;

/** One topic message. The hosted service allows 4 KB by default (documented) and more on request. */
export const MAX_MESSAGE_BYTES = 1024 * 1024;
/** Topics with messages or subscribers at one time; idle ones make room for new ones. */
export const MAX_TOPICS = 1000;
/** Subscriptions at one time. The hosted service allows 100 (documented). */
export const MAX_SUBSCRIPTIONS = 10_000;

/** Throws INVALID_ARGUMENT unless a time to live is a whole number of milliseconds up to ten years. */
export function checkTtl(ttlMs: number): void {
  if (Number.isSafeInteger(ttlMs) && ttlMs > 0 && ttlMs <= MAX_TTL_MS) return;
  throw invalidArgument(
    `The TTL is ${ttlMs} ms; it must be a whole number from 1 to ${MAX_TTL_MS} (ten years).`,
  );
}

/** Throws INVALID_ARGUMENT, RESOURCE_EXHAUSTED unless key and value are of sizes that any cache takes. */
export function checkItem(keyBytes: number, valueBytes: number): void {
  if (keyBytes > MAX_KEY_BYTES)
    throw invalidArgument(
      `The key has ${keyBytes} bytes; use one of at most ${MAX_KEY_BYTES} bytes.`,
    );
  if (keyBytes + valueBytes > MAX_ITEM_BYTES) throw itemTooLarge(MAX_ITEM_BYTES);
}

/** Throws INVALID_ARGUMENT on a cache's name that no client could use. */
export function checkCacheName(name: string): void {
  const bytes = Buffer.byteLength(name);
  if (name.trim() !== '' && bytes <= MAX_CACHE_NAME_BYTES && !/[\u0000-\u001f\u007f]/.test(name))
    return;
  throw invalidArgument(
    `A cache's name has 1 to ${MAX_CACHE_NAME_BYTES} bytes, not only blanks, and no control characters; choose another one.`,
  );
}
