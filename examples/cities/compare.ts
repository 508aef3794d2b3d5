import { Pool } from 'undici';
import { inParallel } from './load.js';
import { NAME } from './pipeline.js';
import type { Progress } from './progress.js';

export interface Comparison {
  /** Entries that hold what they should. */
  right: number;
  /** Entries that are rightly not there. */
  gone: number;
  /** One line for each entry that is wrong. */
  differences: string[];
}

/** Reads every key from the cache over HTTP; a key that is not in `wanted` must not be there. */
export async function compareCache(
  endpoint: string,
  apiKey: string,
  keys: string[],
  wanted: ReadonlyMap<string, string>,
  progress: Progress,
): Promise<Comparison> {
  const pool = new Pool(endpoint, { connections: 16 });
  const result: Comparison = { right: 0, gone: 0, differences: [] };
  await inParallel(keys, async (key) => {
    const path = `/cache/${NAME}?key=${encodeURIComponent(key)}`;
    const answer = await pool.request({ method: 'GET', path, headers: { authorization: apiKey } });
    const text = await answer.body.text();
    const held = answer.statusCode === 200 ? text : undefined;
    const should = wanted.get(key);
    if (held === undefined && answer.statusCode !== 404)
      result.differences.push(`${key}: answer ${String(answer.statusCode)} ${text}`);
    else if (held !== should)
      result.differences.push(
        `${key}: holds ${held ?? 'nothing'}, should hold ${should ?? 'nothing'}`,
      );
    else if (held === undefined) result.gone += 1;
    else result.right += 1;
    progress.add(1);
  });
  await pool.close();
  return result;
}
