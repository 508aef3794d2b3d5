import type { Item } from '../lib/attribute-value.js';
import type { Log } from '../lib/log.js';
import type { Collection, DeadLetter, PipeResource, State } from '../state/index.js';
import type { ChangeRecord, ChangeStreams } from '../streams/index.js';
import type { Metric } from './executions/execution-metrics.js';
import { itemState, type ItemState } from './freshness/item-state.js';
import { Inspector, type LintResult, type PreviewRequest } from './lint/inspector.js';
import type { Preview } from './lint/preview.js';
import { Keeper } from './keeper.js';
import type { Pipe } from './pipe.js';
import type { PipeStatus } from './pipe-status.js';
import type { CurrentItem, ReplayOutcome } from './replay.js';
import type { Rooms } from './rooms.js';
import type { PipeTrace } from './trace/pipe-trace.js';
import type { SettledOutcome, WaitOptions } from './settling/outcome.js';
import type { SourceTables } from './source-table.js';
import type { TargetLists } from './verify/target-keys.js';

/** Definitions read at once at the start. */
const PAGE = 100;

/** What pipes keep, and what they are made of. */
export type PipesState = Omit<State, 'queues' | 'queueMessages'>;

export interface SupervisorOptions extends Rooms {
  state: PipesState;
  streams: ChangeStreams;
  /** Reads the tables of the streams. */
  currentItem: CurrentItem;
  tables: SourceTables;
  /** What targets hold. */
  lists: TargetLists;
  log: Log;
}

/** Runs the pipes that the state table defines. Nothing else starts or stops a pipe. */
export interface Supervisor {
  /**
   * Starts what is to run and settles what a crash left in between. Resolves when each pipe runs, has
   * failed, or is to be tried again; one pipe's failure is never another's.
   */
  start(): Promise<void>;
  /** Stops all pipes within a bounded time and saves their checkpoints. Their states stay. */
  close(): Promise<void>;
  /** How a pipe does; undefined when it does not run. */
  status(name: string): PipeStatus | undefined;
  /**
   * What CloudWatch would tell of a pipe's executions, by minutes that began at `since` (epoch milliseconds) or later.
   * Undefined when the pipe did not run since the process started.
   */
  metrics(name: string, since: number): Metric[] | undefined;
  /** The last records of a pipe with every step. Undefined when the pipe did not run since the process started. */
  trace(name: string): PipeTrace | undefined;
  /**
   * Sends the record of a dead letter once more, in its item's turn, and says what came of it; the letter stays
   * where it is. Unless `force`, only when it still is its item's newest state. Undefined when the pipe does not run.
   * `record` is sent in place of the letter's own.
   */
  replay(
    letter: DeadLetter,
    force: boolean,
    record?: ChangeRecord,
  ): Promise<ReplayOutcome> | undefined;
  /**
   * What a definition, stored or not, would do with records, without sending; see `Inspector.preview`. Rejects with
   * DefinitionError when it cannot run.
   */
  preview(pipe: PipeResource, request: PreviewRequest): Promise<Preview[]>;
  /**
   * What the table holds of an item, what was last sent for it, and what the target has. Rejects with DefinitionError, and
   * with the table's ValidationException.
   */
  item(pipe: PipeResource, keys: Item, signal: AbortSignal): Promise<ItemState>;
  /** What a definition probably gets wrong. Rejects with DefinitionError when it cannot run. */
  lint(pipe: PipeResource): Promise<LintResult>;
  /**
   * Resolves when everything that was committed to a pipe's source before the call is delivered, filtered out or given
   * up, or its time is over. A pipe that is about to run is waited for. Rejects when the source cannot be asked.
   */
  settled(name: string, options: WaitOptions): Promise<SettledOutcome>;
  /** The running pipe's backfills; undefined when it does not run. */
  backfill(name: string): Pipe['backfill'] | undefined;
  /** Compares the running pipe's target with its table; undefined when it does not run. */
  verify(name: string): Pipe['verify'] | undefined;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  return new PipeSupervisor(options);
}

class PipeSupervisor implements Supervisor {
  readonly #options: SupervisorOptions;
  readonly #inspector: Inspector;
  readonly #keepers = new Map<string, Keeper>();
  #unsubscribe: (() => void)[] = [];
  #closed = false;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#inspector = new Inspector(options, options.tables);
  }

  async start(): Promise<void> {
    const { state } = this.#options;
    this.#unsubscribe = [
      state.pipes.onChange((name) => void this.#reconcile(name)),
      this.#onDefinitionChange(state.apiDestinations),
      this.#onDefinitionChange(state.connections),
    ];
    let after: string | undefined;
    const reconciled: Promise<void>[] = [];
    for (;;) {
      const page = await state.pipes.list({ limit: PAGE, ...(after !== undefined && { after }) });
      for (const { name } of page) reconciled.push(this.#reconcile(name));
      if (page.length < PAGE) break;
      after = page.at(-1)!.name;
    }
    await Promise.all(reconciled);
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    await Promise.all([...this.#keepers.values()].map((keeper) => keeper.close()));
  }

  status(name: string): PipeStatus | undefined {
    return this.#keepers.get(name)?.status();
  }

  metrics(name: string, since: number): Metric[] | undefined {
    return this.#keepers.get(name)?.metrics(since);
  }

  trace(name: string): PipeTrace | undefined {
    return this.#keepers.get(name)?.trace;
  }

  replay(
    letter: DeadLetter,
    force: boolean,
    record?: ChangeRecord,
  ): Promise<ReplayOutcome> | undefined {
    return this.#keepers.get(letter.pipeName)?.replay(letter, force, record);
  }

  preview(pipe: PipeResource, request: PreviewRequest): Promise<Preview[]> {
    return this.#inspector.preview(pipe, this.trace(pipe.name), request);
  }

  item(pipe: PipeResource, keys: Item, signal: AbortSignal): Promise<ItemState> {
    const { currentItem } = this.#options;
    const trace = this.trace(pipe.name);
    return itemState(pipe, keys, { rooms: this.#options, currentItem, trace, signal });
  }

  lint(pipe: PipeResource): Promise<LintResult> {
    return this.#inspector.lint(pipe, this.trace(pipe.name));
  }

  settled(name: string, options: WaitOptions): Promise<SettledOutcome> {
    const keeper = this.#keepers.get(name);
    return keeper?.settled(options) ?? Promise.resolve({ result: 'not running', deadLettered: 0 });
  }

  backfill(name: string): Pipe['backfill'] | undefined {
    return this.#keepers.get(name)?.backfill;
  }

  verify(name: string): Pipe['verify'] | undefined {
    return this.#keepers.get(name)?.verify;
  }

  #reconcile(name: string): Promise<void> {
    if (this.#closed) return Promise.resolve();
    let keeper = this.#keepers.get(name);
    if (keeper === undefined) {
      keeper = new Keeper(name, this.#options, () => this.#keepers.delete(name));
      this.#keepers.set(name, keeper);
    }
    return keeper.reconcile();
  }

  /**
   * Tells the pipes of changes that users made to destinations or connections, not of those that
   * deliveries make themselves, e.g. the time of a new token: they would undo the pipe's back-off.
   */
  #onDefinitionChange<T extends { name: string; lastModifiedTime: number; state?: string }>(
    collection: Collection<T>,
  ): () => void {
    const known = new Map<string, string>();
    return collection.onChange((name) => {
      void (async () => {
        const resource = await collection.get(name);
        const version = resource && `${resource.lastModifiedTime} ${resource.state ?? ''}`;
        if (version !== undefined && known.get(name) === version) return;
        if (version === undefined) known.delete(name);
        else known.set(name, version);
        await Promise.all([...this.#keepers.values()].map((keeper) => keeper.destinationChanged()));
      })().catch((error: unknown) =>
        this.#options.log.error('A changed destination cannot be read', { name, error }),
      );
    });
  }
}
