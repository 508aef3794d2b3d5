import { ITEMS } from './workloads.js';
import { Connection, statusOf } from './wire.js';

export interface Measured {
  perSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

/**
 * Requests made in advance and sent in turn, so that making them is not measured. Three times as many as
 * there are keys: each write of a key differs from the one before, a write that changes nothing costs less.
 */
const PREPARED = 3 * ITEMS;

/** Sends `request(0)`, `request(1)` … on `concurrency` connections for `seconds`, each waiting for its answer. */
export async function measure(
  port: number,
  request: (i: number) => Buffer,
  concurrency: number,
  seconds: number,
): Promise<Measured> {
  const prepared = Array.from({ length: PREPARED }, (_, i) => request(i));
  const connections = await Promise.all(
    Array.from({ length: concurrency }, () => Connection.open(port)),
  );
  const times: number[] = [];
  let next = 0;
  const started = performance.now();
  const until = started + seconds * 1000;
  await Promise.all(
    connections.map(async (connection) => {
      for (let now = performance.now(); now < until;) {
        const answer = await connection.send(prepared[next++ % PREPARED]!);
        if (statusOf(answer) !== 200) throw new Error(answer.toString('utf8', 0, 600));
        const then = now;
        now = performance.now();
        times.push(now - then);
      }
    }),
  );
  const elapsed = performance.now() - started;
  for (const connection of connections) connection.close();
  times.sort((a, b) => a - b);
  return {
    perSecond: (times.length * 1000) / elapsed,
    p50: times[times.length >> 1]!,
    p99: times[Math.floor(times.length * 0.99)]!,
  };
}
