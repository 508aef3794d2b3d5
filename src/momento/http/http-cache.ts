import type { Principal } from '../auth/api-keys.js';
import { demand, type Action } from '../auth/scope.js';
import type { HttpExchange } from './http-exchange.js';
import { invalidArgument, itemTooLarge, MomentoError } from '../momento-error.js';
import type { HttpRooms } from './momento-http.js';
import { decodeBytes, decodeText, type RequestTarget } from './request-target.js';
import { parseTtlSeconds } from './ttl-seconds.js';

export const CACHE_METHODS = 'GET, PUT, DELETE, OPTIONS';

/** The words "Key Not Found" tell it from a missing cache (documented). */
const KEY_NOT_FOUND = new MomentoError('NOT_FOUND', 'Key Not Found', 'item_not_found');

/** `GET /cache/{cacheName}`: 200 with the value, 404 without one. */
export async function getItem(
  { store, limits }: HttpRooms,
  target: RequestTarget,
  exchange: HttpExchange,
  by: Principal,
): Promise<void> {
  const key = allowedKey(target, 'read', by);
  limits.admit([key], undefined);
  const cache = store.cache(target.cacheName);
  const type = await cache.items.type(key);
  if (type !== undefined && type !== 'scalar')
    throw new MomentoError('NOT_FOUND', `Key Not Found: under it is a ${type}`, 'item_not_found');
  const value = await cache.scalars.get(key);
  if (value === undefined) return exchange.sendError(KEY_NOT_FOUND);
  await exchange.discardBody();
  exchange.sendValue(value);
}

/** `PUT /cache/{cacheName}`: stores the body byte for byte for `ttl_seconds`; 204. */
export async function putItem(
  { store, limits }: HttpRooms,
  target: RequestTarget,
  exchange: HttpExchange,
  by: Principal,
): Promise<void> {
  const key = allowedKey(target, 'write', by);
  const { maxItemBytes } = store.cache(target.cacheName);
  const ttl = target.query.get('ttl_seconds');
  const ttlMs = parseTtlSeconds(ttl === undefined ? ttl : decodeText(ttl, 'ttl_seconds', true));
  limits.admit([key], ttlMs);
  const body = await exchange.readBody(maxItemBytes);
  if (body === 'gone') return;
  if (body === 'too large') throw itemTooLarge(maxItemBytes);
  // The cache may have been deleted while the body came.
  await store.cache(target.cacheName).scalars.set(key, body, ttlMs);
  exchange.sendDone();
}

/** `DELETE /cache/{cacheName}`: 204, also when there was no such key. A body means nothing: pipes send one. */
export async function deleteItem(
  { store, limits }: HttpRooms,
  target: RequestTarget,
  exchange: HttpExchange,
  by: Principal,
): Promise<void> {
  const key = allowedKey(target, 'write', by);
  limits.admit([key], undefined);
  const { items } = store.cache(target.cacheName);
  await Promise.all([items.delete(key), exchange.discardBody()]);
  exchange.sendDone();
}

/** The key, when the request's sender may do this to it. */
function allowedKey(target: RequestTarget, action: Action, { scope }: Principal): Buffer {
  const key = keyOf(target);
  demand(scope, { on: 'caches', action, cache: target.cacheName, keys: [key] });
  return key;
}

/** The key's bytes: from `key`, from `key_base64`, or, when neither is there, from the rest of the path. */
function keyOf({ query, rest }: RequestTarget): Buffer {
  const plain = query.get('key');
  const base64 = query.get('key_base64');
  if (plain !== undefined && base64 !== undefined)
    throw invalidArgument('Both key and key_base64 are given; send only one of them.');
  let key: Buffer;
  if (plain !== undefined) key = decodeBytes(plain, 'key', true);
  else if (base64 !== undefined) key = fromBase64(decodeText(base64, 'key_base64'));
  else if (rest !== '') key = decodeBytes(rest, 'key');
  else throw invalidArgument('No key is given; send it as the query parameter key or key_base64.');
  if (key.length > 0) return key;
  throw invalidArgument(
    'The key is empty. If a pipe sends it, the record may lack the attribute that the key is taken from.',
  );
}

/** Takes base64url (documented) and the standard alphabet, with or without padding. */
function fromBase64(text: string): Buffer {
  const digits = text.replace(/={1,2}$/, '');
  if (/^[A-Za-z0-9_\-+/]*$/.test(digits) && digits.length % 4 !== 1)
    return Buffer.from(digits, 'base64');
  throw invalidArgument('key_base64 is not base64; send the bytes of the key as base64url.');
}
