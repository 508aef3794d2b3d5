import type { Clock } from '../../lib/clock.js';
import type { ChangeStream } from '../../streams/index.js';

/** How far the reader of a shard has come. */
export interface ShardReading {
  /** Reads begun so far. */
  readonly reads: number;
  /** The last of them that found nothing more, by its number; 0 when none did. */
  readonly lastEmptyRead: number;
  /** Whether the shard is closed and read to its end. */
  readonly isAtEnd: boolean;
  /** Epoch milliseconds at which the newest record read was written; undefined before the first. */
  readonly newestWrittenAt: number | undefined;
  readonly tracker: {
    /** The last record read; undefined when none was. */
    readonly newest: string | undefined;
    /** Records read so far, and how many of them, without a gap, are finished. */
    readonly told: number;
    readonly handled: number;
  };
}

export interface Shards {
  /** Undefined before it is begun, and when it is finished. */
  reading(shardId: string): ShardReading | undefined;
  isFinished(shardId: string): boolean;
  /** There may be more to read: look now. */
  look(): void;
}

/** What one shard is waited for: all records up to `newest`, or up to the next read that finds nothing. */
interface Mark {
  readonly newest: bigint | undefined;
  /** Reads begun before the mark was set. */
  readonly reads: number;
  /** A shard that was read, and is not any more, is finished, even if its name is forgotten. */
  isBegun: boolean;
  /** How many records must be finished; undefined until the reader has passed the mark. */
  told: number | undefined;
}

/** Until when is waited: until all is read and handed on to the lanes, or until it is finished as well. */
export type Stage = 'read' | 'finished';

interface Wait {
  readonly stage: Stage;
  readonly since: number;
  readonly marks: Map<string, Mark>;
  readonly done: (settled: boolean) => void;
}

/**
 * Tells when all that was committed to a stream by a certain moment is finished: delivered, filtered out, or stored as
 * a dead letter. Each shard is marked at its newest record of that moment; what is written later is not waited for.
 *
 *     shard   1 2 3 4 5 | 6 7        the mark is at 5; the reader has passed it once it has read 5, or
 *                                    a read that began after the mark found nothing; settled when 1 to 5 are finished
 *
 * A source that does not tell its newest number is read until a read finds nothing, or a record that was written later.
 */
export class Settling {
  readonly #waits = new Set<Wait>();
  #checking: NodeJS.Immediate | undefined;

  /**
   * Resolves to true once settled, to false when `stop` or `signal` ended it. Rejects as `ChangeStream.shards` does.
   */
  async wait(
    stream: Pick<ChangeStream, 'shards' | 'newest'>,
    shards: Shards,
    clock: Pick<Clock, 'now'>,
    signal: AbortSignal,
    stage: Stage = 'finished',
  ): Promise<boolean> {
    const since = clock.now();
    const marks = new Map<string, Mark>();
    for (const { shardId } of await stream.shards()) {
      if (shards.isFinished(shardId)) continue;
      const newest = stream.newest?.(shardId);
      const reading = shards.reading(shardId);
      marks.set(shardId, {
        newest: newest === undefined ? undefined : BigInt(newest),
        reads: reading?.reads ?? 0,
        isBegun: reading !== undefined,
        told: undefined,
      });
    }
    if (signal.aborted) return false;
    return new Promise((resolve) => {
      const stop = (): void => wait.done(false);
      const wait: Wait = {
        stage,
        since,
        marks,
        done: (settled) => {
          this.#waits.delete(wait);
          signal.removeEventListener('abort', stop);
          resolve(settled);
        },
      };
      signal.addEventListener('abort', stop, { once: true });
      this.#waits.add(wait);
      this.moved(shards);
      shards.look();
    });
  }

  /** Records were read or finished, or a read found nothing. Costs nothing while nobody waits. */
  moved(shards: Shards): void {
    if (this.#waits.size === 0) return;
    // Once for all that moves in this turn.
    this.#checking ??= setImmediate(() => {
      this.#checking = undefined;
      for (const wait of this.#waits) if (isSettled(wait, shards)) wait.done(true);
    });
  }

  /** Nobody reads any more. */
  stop(): void {
    for (const wait of this.#waits) wait.done(false);
  }
}

function isSettled({ marks, since, stage }: Wait, shards: Shards): boolean {
  for (const [shardId, mark] of marks) {
    const reading = shards.reading(shardId);
    if (reading === undefined) {
      // Else it waits for its parent.
      if (mark.isBegun || shards.isFinished(shardId)) marks.delete(shardId);
      continue;
    }
    mark.isBegun = true;
    if (mark.told === undefined && hasPassed(reading, mark, since))
      mark.told = reading.tracker.told;
    if (mark.told === undefined) continue;
    if (stage === 'read' || reading.tracker.handled >= mark.told) marks.delete(shardId);
  }
  return marks.size === 0;
}

function hasPassed(reading: ShardReading, { newest, reads }: Mark, since: number): boolean {
  if (reading.lastEmptyRead > reads || reading.isAtEnd) return true;
  if (newest === undefined) return (reading.newestWrittenAt ?? -Infinity) > since;
  const { newest: read } = reading.tracker;
  return read !== undefined && BigInt(read) >= newest;
}
