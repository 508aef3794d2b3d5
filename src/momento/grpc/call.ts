import type { Metadata } from '@grpc/grpc-js';
import type { Log } from '../../lib/log.js';
import type { ApiKeys, Principal } from '../auth/api-keys.js';
import { demand, type Action } from '../auth/scope.js';
import type { Bytes, CacheBackend } from '../backend.js';
import type { Caches } from '../caches.js';
import { invalidArgument } from '../momento-error.js';
import type { ServiceLimits } from '../service-limits.js';
import type { Topics } from '../topics.js';
import type { Webhooks } from '../webhooks/webhooks.js';

/** What the services work on. */
export interface Rooms {
  store: Caches;
  topics: Topics;
  webhooks: Webhooks;
  keys: ApiKeys;
  limits: ServiceLimits;
  /** Aborts when the door closes. */
  closing: AbortSignal;
  log: Log;
}

/** An operation on items of a cache: what it needs and what it does. */
export interface ItemOperation<Request, Response> {
  action: Action;
  /** The items that it touches. */
  keys: (request: Request) => readonly Bytes[];
  /** Elements that it carries or names, if it can carry many: limits count them. */
  elements?: (request: Request) => readonly Bytes[];
  run: (cache: CacheBackend, request: Request) => Promise<Response>;
}

/** Whoever sends a call. Throws UNAUTHENTICATED. */
export function principalOf(keys: ApiKeys, metadata: Metadata): Principal {
  return keys.authenticate(textOf(metadata, 'authorization'));
}

/** Checks what a call may do and does it. Throws and rejects with MomentoError. */
export async function operate<Request, Response>(
  { store, keys: apiKeys, limits }: Rooms,
  operation: ItemOperation<Request, Response>,
  metadata: Metadata,
  request: Request,
): Promise<Response> {
  const principal = principalOf(apiKeys, metadata);
  const cacheName = cacheNameOf(metadata);
  const { action } = operation;
  const keys = operation.keys(request);
  demand(principal.scope, { on: 'caches', action, cache: cacheName, keys });
  for (const key of keys) checkKey(key);
  const { ttl_milliseconds: ttlMs } = request as { ttl_milliseconds?: number };
  limits.admit(operation.elements?.(request) ?? keys, ttlMs);
  return operation.run(store.cache(cacheName), request);
}

function checkKey(key: Bytes): void {
  if (key.length > 0) return;
  throw invalidArgument('A key or name is empty; give it at least one byte.');
}

/** The cache that a call is about; throws INVALID_ARGUMENT when none is named (inferred). */
export function cacheNameOf(metadata: Metadata): string {
  const name = textOf(metadata, 'cache');
  if (name !== '') return name;
  throw invalidArgument('The header cache is missing; set it to the name of the cache.');
}

export function textOf(metadata: Metadata, name: string): string {
  const [value] = metadata.get(name);
  return typeof value === 'string' ? value : '';
}
