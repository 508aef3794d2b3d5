import type { Batch } from './batch.js';
import type { Database } from './database.js';
import { META } from './keyspace.js';
import { keyText, Memtable, type Write } from './memtable.js';

/** Writes given to the database in one go: few enough that requests hardly wait for it. */
const CHUNK = 128;
/**
 * Chunks that the database has at most to do: what waits becomes its next transaction. Each write may change
 * a page of its own, and the database keeps the memory of the largest transaction's pages for good.
 */
const MAX_WAITING = 24;

/** What has been committed and is not in the database yet: the batches of one generation of the log. */
export class Gathered {
  readonly generation: number;
  readonly writes = new Memtable();
  /** Keys that nobody looks up one by one. */
  readonly appended = new Memtable();
  /** Length of the batches in the log. */
  bytes = 0;

  constructor(generation: number) {
    this.generation = generation;
  }

  get isEmpty(): boolean {
    return this.bytes === 0;
  }

  add(batch: Batch): void {
    for (const [key, write] of batch.writes) this.writes.set(key, write);
    for (const write of batch.appended) this.appended.set(keyText(write.key), write);
    this.bytes += batch.bytes;
  }

  /**
   * Resolves when the database has all of it on the disk. A crash on the way does no harm: readers look
   * here first, and the log still holds all of it.
   */
  async bringTo(database: Database): Promise<void> {
    const commits: Promise<unknown>[] = [];
    // What was appended may have been removed since, never the other way round.
    for (const table of [this.appended, this.writes])
      for (const chunk of chunks(table.all(), CHUNK)) {
        commits.push(bring(database, chunk));
        await (commits.length < MAX_WAITING ? nextTurn() : commits.shift());
      }
    await Promise.all(commits);
    // Now that it is true.
    await bring(database, [{ key: META.flushed, value: Buffer.from(String(this.generation)) }]);
  }
}

function bring(database: Database, chunk: readonly Write[]): Promise<unknown> {
  const commit = database.batch(() => {
    // The promise of the whole batch is the one that tells.
    for (const { key, value } of chunk)
      void (value === undefined ? database.remove(key) : database.put(key, value));
  });
  commit.catch(() => undefined); // it is awaited later
  return commit;
}

function* chunks(writes: Iterable<Write>, length: number): Generator<Write[]> {
  let chunk: Write[] = [];
  for (const write of writes) {
    chunk.push(write);
    if (chunk.length < length) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** The last generation of the log that the database holds whole; 0 when there is none. */
export function flushedGeneration(database: Database): number {
  const bytes = database.getBinaryFast(META.flushed);
  return bytes ? Number(bytes.toString('latin1', 0, bytes.length)) : 0;
}
