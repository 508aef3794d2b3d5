import { randomUUID } from 'node:crypto';
import { AwsError } from '../../lib/aws-error.js';
import type { Clock } from '../../lib/clock.js';
import type { Log } from '../../lib/log.js';
import type { BackfillResource, Collection, PipeResource } from '../../state/index.js';
import type { SourceTable } from '../source-table.js';
import { Backfill, checkRequest, DEFAULT_SEGMENTS, type BackfillRequest } from './backfill.js';
import { noCounts } from './chunk.js';
import type { Inlet } from './inlet.js';

/** Where items of the table come from, and where they come in. */
export interface Source {
  table: SourceTable;
  inlet: Inlet;
}

export interface PipeBackfillOptions {
  pipe: PipeResource;
  /** Whether the pipe begins with one. */
  wanted: boolean;
  /** Rejects with an AwsError when the table cannot be read in step with its stream. */
  source: () => Promise<Source>;
  backfills: Collection<BackfillResource>;
  clock: Clock;
  log: Log;
}

/** The backfills of a pipe that runs: one at a time. */
export class PipeBackfill {
  readonly #options: PipeBackfillOptions;
  #current: Backfill | undefined;
  #isStopped = false;

  constructor(options: PipeBackfillOptions) {
    this.#options = options;
  }

  /** Goes on with what an earlier run began; or begins, when the pipe is to and never did. */
  async start(): Promise<void> {
    const { pipe, wanted, log } = this.#options;
    const stored = await this.#stored();
    if (stored?.state !== 'RUNNING' && (stored !== undefined || !wanted)) return;
    try {
      if (stored === undefined) await this.begin({});
      else this.#run(stored, await this.#options.source());
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      log.error('A backfill cannot run', { pipe: pipe.name, reason: error.message });
    }
  }

  /** Begins one. Rejects with an AwsError when one runs already, or none can. */
  async begin(request: BackfillRequest): Promise<BackfillResource> {
    const { pipe, backfills, clock } = this.#options;
    checkRequest(request);
    if ((await this.view())?.state === 'RUNNING') throw runsAlready(pipe.name);
    const source = await this.#options.source();
    const resource: BackfillResource = {
      name: pipe.name,
      pipeId: pipe.id,
      id: randomUUID(),
      state: 'RUNNING',
      ...(request.rate !== undefined && { rate: request.rate }),
      about: await source.table.count(),
      segments: Array.from({ length: request.segments ?? DEFAULT_SEGMENTS }, () => ({
        done: false,
      })),
      counts: noCounts(),
      startedAt: clock.now(),
    };
    if (!(await backfills.create(resource))) await backfills.update(pipe.name, () => resource);
    // Begun twice at once, or stopped meanwhile: what is stored runs, now or after the next start.
    const stored = (await this.#stored()) ?? resource;
    if (stored.id !== resource.id) throw runsAlready(pipe.name);
    this.#run(resource, source);
    return resource;
  }

  /** Ends the one that runs; resolves to how far it came. Rejects with an AwsError when none runs. */
  async cancel(): Promise<BackfillResource> {
    const current = this.#current;
    if (current?.view().state !== 'RUNNING')
      throw new AwsError(
        'NotRunning',
        `The pipe '${this.#options.pipe.name}' has no backfill that runs.`,
        { status: 409 },
      );
    await current.cancel();
    return current.view();
  }

  /** How far the last one is; undefined when there was none. */
  async view(): Promise<BackfillResource | undefined> {
    return this.#current?.view() ?? (await this.#stored());
  }

  /** Keeps how far it is; the next start goes on there. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#current?.stop();
  }

  #run(resource: BackfillResource, { table, inlet }: Source): void {
    if (this.#isStopped) return;
    const { backfills, clock, log } = this.#options;
    this.#current = new Backfill({ resource, table, inlet, backfills, clock, log });
    this.#current.start();
  }

  async #stored(): Promise<BackfillResource | undefined> {
    const { pipe, backfills } = this.#options;
    const stored = await backfills.get(pipe.name);
    return stored?.pipeId === pipe.id ? stored : undefined;
  }
}

function runsAlready(pipe: string): AwsError {
  return new AwsError(
    'AlreadyRunning',
    `A backfill of the pipe '${pipe}' runs already: 'freshet backfill status ${pipe}' shows how far it is, 'freshet backfill cancel ${pipe}' ends it.`,
    { status: 409 },
  );
}
