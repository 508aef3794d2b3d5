import { readFileSync } from 'node:fs';
import { Pool } from 'undici';
import { headersOf, userItem } from '../load.js';
import { startFreshet, type StartedFreshet } from '../peers/freshet.js';
import type { Target } from './target.js';

/** Writes of one BatchWriteItem. */
const BATCH = 25;
const FILL_CONNECTIONS = 8;
/** USER_HZ of Linux. */
const TICKS_PER_SECOND = 100;

/** A change that is to be written: `version` counts up for each key. */
export interface Change {
  key: string;
  version: number;
}

/** So many changes over so many keys, each key's versions counting up. */
export function changesOver(count: number, pick: (n: number) => number): Change[] {
  const versions = new Map<number, number>();
  return Array.from({ length: count }, (_, n) => {
    const key = pick(n);
    const version = (versions.get(key) ?? 0) + 1;
    versions.set(key, version);
    return { key: `user-${String(key)}`, version };
  });
}

/** Keys by Zipf's law: the k-th most frequent one comes k^-s as often as the first. `random`: from 0 to 1. */
export function zipf(keys: number, s: number, random: () => number): () => number {
  const sums: number[] = [];
  let sum = 0;
  for (let rank = 1; rank <= keys; rank += 1) sums.push((sum += rank ** -s));
  return () => {
    const wanted = random() * sum;
    let [low, high] = [0, keys - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

/** A Freshet with a pipe that is stopped and a stream full of changes, which the target has not seen. */
export async function backlog(
  target: Target,
  changes: readonly Change[],
  program?: readonly string[],
): Promise<StartedFreshet> {
  const freshet = await startFreshet(target.origin, {
    running: false,
    ...(program && { program }),
  });
  await fill(freshet.endpoint, changes);
  return freshet;
}

async function fill(endpoint: string, changes: readonly Change[]): Promise<void> {
  const pool = new Pool(endpoint, { connections: FILL_CONNECTIONS });
  // Changes of one key in order: a batch holds no key twice, and a round of batches is answered before the next.
  let round: Change[][] = [];
  let batch = new Map<string, Change>();
  const inRound = new Set<string>();
  const flush = async (): Promise<void> => {
    if (batch.size > 0) round.push([...batch.values()]);
    batch = new Map();
    await Promise.all(round.map((one) => write(pool, one)));
    round = [];
    inRound.clear();
  };
  for (const change of changes) {
    if (inRound.has(change.key)) await flush();
    batch.set(change.key, change);
    inRound.add(change.key);
    if (batch.size === BATCH) {
      round.push([...batch.values()]);
      batch = new Map();
      if (round.length === FILL_CONNECTIONS) await flush();
    }
  }
  await flush();
  await pool.close();
}

async function write(pool: Pool, changes: readonly Change[]): Promise<void> {
  const user = changes.map(({ key, version }) => ({
    PutRequest: { Item: userItem(key, version) },
  }));
  const answer = await pool.request({
    method: 'POST',
    path: '/',
    headers: headersOf('BatchWriteItem'),
    body: JSON.stringify({ RequestItems: { user } }),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 200) throw new Error(`BatchWriteItem: ${text}`);
}

/** Processor time that a process has used so far, in milliseconds. */
export function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
  const [, , , , , , , , , , , user, system] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(user) + Number(system)) / TICKS_PER_SECOND) * 1000;
}
