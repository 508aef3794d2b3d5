import type { Item } from '../../lib/attribute-value.js';
import type { BackfillCounts, BackfillSegment } from '../../state/index.js';
import type { SourceTable } from '../source-table.js';
import { itemKey } from '../pipe-record.js';
import { noCounts, type Chunk } from './chunk.js';
import type { Inlet, Sender } from './inlet.js';

/** Items of one chunk. */
const CHUNK_ITEMS = 500;
/** Chunks whose records are not all done with; the next is not read before. */
const MAX_OPEN = 4;

export interface SegmentReaderOptions {
  table: SourceTable;
  inlet: Inlet;
  sender: Sender;
  /** Which part of the table it reads, and of how many. */
  segment: number;
  segments: number;
  /** How far it is; brought forward while it runs. */
  progress: BackfillSegment;
  /** Takes what became of a chunk, when the progress has moved past it. */
  onProgress: (counts: BackfillCounts) => void;
}

interface Open {
  readonly chunk: Chunk;
  readonly last: Item | undefined;
  isSettled: boolean;
}

/** Reads one part of a table, chunk after chunk, and hands it to the inlet. */
export class SegmentReader {
  readonly #options: SegmentReaderOptions;
  /** Chunks that the progress has not moved past, in their order. */
  readonly #open: Open[] = [];

  constructor(options: SegmentReaderOptions) {
    this.#options = options;
  }

  /** What became of the chunks that the progress has not moved past. */
  get counts(): BackfillCounts {
    const sum = noCounts();
    for (const { chunk } of this.#open) addCounts(sum, chunk.counts);
    return sum;
  }

  /**
   * Resolves when all of the part is done with, or soon after the sender's signal aborts and its chunks are given up. Rejects when the table or its stream cannot be read;
   * a reader that is made then goes on from the progress.
   */
  async run(): Promise<void> {
    const { table, inlet, sender, segment, segments, progress } = this.#options;
    for (let after = progress.after, more = !progress.done; more && !this.#isStopped();) {
      let last: Item | undefined;
      const read = async () => {
        const page = await table.page({ segment, segments, after, limit: CHUNK_ITEMS });
        last = page.last;
        return page.items.map((item) => {
          const keys = table.keysOf(item);
          return { key: itemKey(keys), keys, item };
        });
      };
      const chunk = await inlet.admit(read, sender);
      if (chunk === undefined || this.#isStopped()) return;
      const open: Open = { chunk, last, isSettled: false };
      this.#open.push(open);
      void chunk.settled.then(() => {
        open.isSettled = true;
        if (!this.#isStopped()) this.#advance();
      });
      after = last;
      more = last !== undefined;
      await chunk.taken;
      while (this.#open.length >= MAX_OPEN && !this.#isStopped())
        await this.#open[0]!.chunk.settled;
    }
    if (!this.#isStopped()) await this.settled();
  }

  /** Resolves when all that was read is done with, or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#open.map(({ chunk }) => chunk.settled));
  }

  #isStopped(): boolean {
    return this.#options.sender.signal.aborted;
  }

  /** A chunk is settled. */
  #advance(): void {
    const { progress, onProgress } = this.#options;
    while (this.#open[0]?.isSettled === true) {
      const { chunk, last } = this.#open.shift()!;
      if (last === undefined) progress.done = true;
      else progress.after = last;
      onProgress(chunk.counts);
    }
  }
}

export function addCounts(to: BackfillCounts, counts: BackfillCounts): void {
  for (const name of Object.keys(counts) as (keyof BackfillCounts)[]) to[name] += counts[name];
}
