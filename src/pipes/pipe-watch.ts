import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { PipeResource } from '../state/index.js';
import { StreamReadError } from '../streams/index.js';
import type { PipeDefinition } from './definition.js';
import { DefinitionWatch } from './definition-watch.js';
import { Health } from './health.js';
import { Inspector } from './lint/inspector.js';
import { ReadHealth } from './read-health.js';
import { Reason } from './reason.js';
import type { Rooms } from './rooms.js';
import type { SourceTables } from './source-table.js';
import type { PipeTrace } from './trace/pipe-trace.js';

/** How often health and template paths are looked at while there is something to see. */
const WATCH_EVERY_MS = 1_000;

export interface PipeWatchOptions extends Rooms {
  pipe: PipeResource;
  clock: Clock;
  log: Log;
  trace: PipeTrace;
  tables: SourceTables;
  /** Records that wait, those in flight among them. */
  unfinished: () => number;
  /** Tells a persisting failure, and with undefined that it is over. */
  onReason: (reason: string | undefined) => void;
}

/** Sees what goes wrong with a pipe, and says it: deliveries, reads, and what its definition probably gets wrong. */
export class PipeWatch {
  readonly health = new Health();
  readonly definition: DefinitionWatch;
  readonly #options: PipeWatchOptions;
  readonly #reads = new ReadHealth();
  readonly #reason: Reason;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(definition: PipeDefinition, options: PipeWatchOptions) {
    const { pipe, log, onReason } = options;
    this.#options = options;
    this.definition = new DefinitionWatch(pipe.name, definition);
    this.#reason = new Reason({ pipeName: pipe.name, log, onReason });
  }

  /** There is something to watch. */
  readonly look = (): void => {
    if (this.#timer !== undefined || this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#tick();
      const watched = [this.health, this.#reads, this.definition];
      if (watched.some(({ active }) => active)) this.look();
    }, WATCH_EVERY_MS);
  };

  /** A read of a shard, or of their list, failed, or with undefined succeeded again. */
  noteRead(what: string, error: unknown): void {
    if (error === undefined) this.#reads.succeeded(what);
    else {
      const text =
        error instanceof StreamReadError
          ? error.message
          : "The stream cannot be read; the server's log says why.";
      this.#reads.failed(what, text, this.#options.clock.now());
    }
    this.look();
  }

  /** Says what the definition probably gets wrong. It runs all the same. */
  async inspect(): Promise<void> {
    const { pipe, tables, trace, log } = this.#options;
    try {
      const { warnings } = await new Inspector(this.#options, tables).lint(pipe, trace);
      if (this.#isStopped) return;
      this.definition.judged(warnings);
      this.#reason.tellDefinition(this.definition.reason);
      for (const { message, code } of warnings) log.warn(message, { pipe: pipe.name, code });
    } catch (error) {
      log.error('The definition of a pipe cannot be looked at', { pipe: pipe.name, error });
    }
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #tick(): void {
    const { clock, log, pipe, unfinished } = this.#options;
    const now = clock.now();
    for (const event of this.health.tick(now, unfinished())) this.#reason.tellDeliveries(event);
    const reads = this.#reads.tick(now);
    if (reads !== undefined) this.#reason.tellReads(reads);
    for (const warning of this.definition.tick(now)) log.warn(warning, { pipe: pipe.name });
    this.#reason.tellDefinition(this.definition.reason);
  }
}
