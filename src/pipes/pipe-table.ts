import { AwsError } from '../lib/aws-error.js';
import type { Clock } from '../lib/clock.js';
import type { PipeResource } from '../state/index.js';
import { Inlet } from './backfill/inlet.js';
import type { Source } from './backfill/pipe-backfill.js';
import type { PipeDefinition } from './definition.js';
import type { Background } from './delivery/delivery.js';
import type { PipeMetrics } from './metrics.js';
import type { ShardReaders } from './shard-readers.js';
import type { SourceTables } from './source-table.js';

export interface PipeTableOptions {
  pipe: PipeResource;
  definition: PipeDefinition;
  tables: SourceTables;
  readers: () => ShardReaders;
  delivery: { start(): void; fillWith(background: Background): void };
  metrics: PipeMetrics;
  clock: Clock;
}

/** The table behind a pipe's stream, for those who send its items beside the changes. It is opened with its first use. */
export class PipeTable {
  readonly #options: PipeTableOptions;
  #source: Promise<Source> | undefined;
  #inlet: Inlet | undefined;

  constructor(options: PipeTableOptions) {
    this.#options = options;
  }

  /** Rejects with TableNotHere when it cannot be read in step with the stream. */
  open(): Promise<Source> {
    this.#source ??= this.#open().catch((error: unknown) => {
      this.#source = undefined;
      throw error;
    });
    return this.#source;
  }

  /** A change of an item was read. */
  changed(key: string): void {
    this.#inlet?.changed(key);
  }

  async #open(): Promise<Source> {
    const { pipe, definition, tables, readers, delivery, metrics, clock } = this.#options;
    const table = await tables(pipe.source);
    if (table === undefined)
      throw new AwsError(
        'TableNotHere',
        `The table of the pipe '${pipe.name}' cannot be read in step with its stream, ${pipe.source}: that needs a table of this ` +
          'server, and the stream that it has now.',
      );
    const inlet = new Inlet({
      streamArn: pipe.source,
      viewType: table.viewType,
      definition,
      readers: readers(),
      metrics,
      clock,
      onReady: () => delivery.start(),
    });
    this.#inlet = inlet;
    delivery.fillWith(inlet);
    return { table, inlet };
  }
}
