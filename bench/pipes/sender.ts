// Bare undici loops that send one request again and again: as fast as a delivery can be, or one at a time.
//   sender.ts PORT CONNECTIONS  with what is to be sent on standard input
import { text } from 'node:stream/consumers';
import { Pool } from 'undici';
import type { Change } from './rig.js';

/** A request as a pipe sent it, with `KEY` and `VERSION` for those of each change. */
export interface Sending {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
  changes: Change[];
}

const [port, connections] = process.argv.slice(2) as [string, string];
const { method, path, headers, body, changes } = JSON.parse(await text(process.stdin)) as Sending;
const pool = new Pool(`http://127.0.0.1:${port}`, { connections: Number(connections) });
const queue = changes[Symbol.iterator]();
const worker = async (): Promise<void> => {
  for (let next = queue.next(); !next.done; next = queue.next()) {
    const { key, version } = next.value;
    for (let isDone = false; !isDone;) {
      const answer = await pool.request({
        method: method,
        path: path.replace('KEY', key),
        headers,
        body: body.replace('KEY', key).replace('VERSION', String(version)),
      });
      await answer.body.dump();
      isDone = answer.statusCode < 300;
    }
  }
};
await Promise.all(Array.from({ length: Number(connections) }, worker));
await pool.close();
