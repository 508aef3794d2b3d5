import { call } from './http';

/** What a running pipe says of itself. */
export interface PipeStatus {
  idle: boolean;
  read: number;
  filtered: number;
  delivered: number;
  retried: number;
  deadLettered: number;
  inFlight: number;
  delay: { p50: number; p99: number; max: number };
  /** `at` in epoch milliseconds, `status` that of HTTP. */
  lastDelivery?: { at: number; status?: number };
  lastFailure?: { at: number; reason: string };
  /** Absent when nothing waits. */
  oldestUndeliveredMs?: number;
  warnings: string[];
  lint?: unknown[];
}
export interface PipeState {
  name: string;
  arn: string;
  desiredState: string;
  currentState: string;
  stateReason?: string;
  source: string;
  target: string;
  endpoint?: string;
  /** Absent while the pipe does not run. */
  status?: PipeStatus;
}
export interface Metric {
  MetricName: string;
  Unit: string;
  Datapoints: {
    timestamp: string;
    sampleCount: number;
    sum: number;
    average: number;
    maximum: number;
  }[];
}
export interface DeadLetter {
  id: string;
  condition: string;
  reason: string;
  attempts: number;
  failedAt: string;
  shardId: string;
  record: unknown;
  request?: unknown;
  response?: unknown;
}
export interface ReplayResult {
  id: string;
  result: 'delivered' | 'failed' | 'superseded' | 'uncertain' | 'missing';
  reason?: string;
}
export interface CacheStatistics {
  name: string;
  items: number;
  bytes: number;
  hits: number;
  misses: number;
  evictions: number;
  expirations: number;
}

export async function freshet<T>(method: string, path: string, input?: object): Promise<T> {
  return (await call({
    method,
    target: `/_freshet/${path}`,
    service: 'freshet',
    ...(input && {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    }),
  })) as T;
}

export const pipePath = (name: string, rest = ''): string =>
  `pipes/${encodeURIComponent(name)}${rest}`;

export async function listCaches(): Promise<CacheStatistics[]> {
  return (await freshet<{ caches: CacheStatistics[] }>('GET', 'caches')).caches;
}
export const createCache = (name: string): Promise<unknown> => freshet('POST', 'caches', { name });
export const deleteCache = (name: string): Promise<unknown> =>
  freshet('DELETE', `caches/${encodeURIComponent(name)}`);

/** Some keys of a cache, in no order; without `cursor` there are no more. */
export interface KeyPage {
  keys: ({ text: string } | { base64: string })[];
  cursor?: string;
}
export const listCacheKeys = (cache: string, cursor?: string): Promise<KeyPage> =>
  freshet(
    'GET',
    `caches/${encodeURIComponent(cache)}/keys?limit=50${cursor === undefined ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
  );
/** What lies under a key, and how long it lives. */
export const showCacheItem = (
  cache: string,
  key: { text: string } | { base64: string },
): Promise<{ type: string; ttlMs: number }> =>
  freshet('GET', `caches/${encodeURIComponent(cache)}/items?${itemQuery(key)}`);

/** How a request names an item. */
export function itemQuery(key: { text: string } | { base64: string }): string {
  return 'text' in key
    ? `key=${encodeURIComponent(key.text)}`
    : `key_base64=${encodeURIComponent(key.base64)}`;
}

export interface KeyRecord {
  id: string;
  description: string;
  /** Seconds since 1970; absent: never. */
  expiresAt?: number;
  revokedAt?: number;
}
export interface MadeKey {
  id: string;
  key: string;
}

export async function listKeys(): Promise<KeyRecord[]> {
  return (await freshet<{ keys: KeyRecord[] }>('GET', 'keys')).keys;
}
/** Makes a key for the caches; its secret is in the answer and nowhere else. */
export const createKey = (input: {
  role: 'readwrite' | 'readonly' | 'writeonly' | 'all';
  caches?: string[];
  validForSeconds?: number;
  description?: string;
}): Promise<MadeKey> => freshet('POST', 'keys', input);
export const revokeKey = (id: string): Promise<unknown> =>
  freshet('DELETE', `keys/${encodeURIComponent(id)}`);

export async function listPipeStates(): Promise<PipeState[]> {
  return (await freshet<{ pipes: PipeState[] }>('GET', 'pipes')).pipes;
}
/** A pipe and what it needs as a CloudFormation template; `secrets` are parameters that have to be given. */
export const exportPipe = (name: string): Promise<{ template: string; secrets: string[] }> =>
  freshet('GET', pipePath(name, '/template'));
/** What a pipe does beyond AWS that is too long for tags. */
export const showExtensions = (
  name: string,
): Promise<{ InputTemplates?: Partial<Record<string, string>> }> =>
  freshet('GET', pipePath(name, '/extensions'));
export const showPipe = (name: string): Promise<PipeState> => freshet('GET', pipePath(name));
export async function pipeMetrics(name: string, minutes: number): Promise<Metric[]> {
  const path = pipePath(name, `/metrics?minutes=${String(minutes)}`);
  return (await freshet<{ metrics: Metric[] }>('GET', path)).metrics;
}
export async function listDeadLetters(pipe: string, after?: string): Promise<DeadLetter[]> {
  const path = pipePath(
    pipe,
    `/dead-letters?limit=100${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`,
  );
  return (await freshet<{ deadLetters: DeadLetter[] }>('GET', path)).deadLetters;
}
export async function replayDeadLetters(
  pipe: string,
  ids: string[],
  force: boolean,
  record?: object,
): Promise<ReplayResult[]> {
  const path = pipePath(pipe, '/dead-letters/replay');
  return (
    await freshet<{ results: ReplayResult[] }>('POST', path, {
      ids,
      force,
      ...(record && { record }),
    })
  ).results;
}
export const discardDeadLetters = (pipe: string, ids: string[]): Promise<{ discarded: number }> =>
  freshet('POST', pipePath(pipe, '/dead-letters/discard'), { ids });
