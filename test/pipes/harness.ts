import { setTimeout as delay } from 'node:timers/promises';
import type {
  Attempt,
  DeliveryRequest,
  Destinations,
  RequestMaker,
  ShownRequest,
} from '../../src/destinations/index.js';
import type { Item } from '../../src/lib/attribute-value.js';
import { AwsError } from '../../src/lib/aws-error.js';
import { systemClock } from '../../src/lib/clock.js';
import { createLog } from '../../src/lib/log.js';
import { createSupervisor, type Supervisor } from '../../src/pipes/index.js';
import type { PipeResource, PipeSourceParameters } from '../../src/state/index.js';
import type {
  ChangeRecord,
  ChangeStream,
  MoreListener,
  ShardBatch,
  ShardInfo,
  ShardPosition,
  StreamEntry,
} from '../../src/streams/index.js';
import { MemoryLogs, MemoryQueues } from './memory-rooms.js';
import { MemoryState } from './memory-state.js';

export const STREAM_ARN =
  'arn:aws:dynamodb:us-east-1:000000000000:table/users/stream/2026-01-01T00:00:00.000';
export const TARGET_ARN = 'arn:aws:events:us-east-1:000000000000:api-destination/cache/1';

interface Shard extends ShardInfo {
  entries: StreamEntry[];
  closed: boolean;
}

/** A stream in memory that notifies its readers. Sequence numbers count through all shards. */
export class MemoryStream implements ChangeStream {
  readonly streamArn = STREAM_ARN;
  readonly #shards = new Map<string, Shard>();
  readonly #listeners = new Set<MoreListener>();
  #written = 0;
  gone = false;
  /** Whether it names its newest record. */
  tellsNewest = true;
  /** Whether readers are told which shards have more. */
  namesShards = true;
  reads = 0;
  /** Rejects the next reads. */
  readErrors: Error[] = [];

  constructor() {
    this.addShard('shard-1');
  }

  addShard(shardId: string, parentShardId?: string): void {
    const parent = parentShardId === undefined ? {} : { parentShardId };
    this.#shards.set(shardId, { shardId, ...parent, entries: [], closed: false });
  }

  closeShard(shardId: string): void {
    this.#shards.get(shardId)!.closed = true;
    this.#notify(shardId);
  }

  removeShard(shardId: string): void {
    this.#shards.delete(shardId);
  }

  /** Appends a change of item `pk` with attribute `v`; returns its sequence number. */
  write(
    pk: string,
    v: string | number,
    options: {
      shardId?: string;
      eventName?: ChangeRecord['eventName'];
      writtenAt?: number;
      /** Further attributes of the new image. */
      more?: Item;
    } = {},
  ): string {
    const { shardId = 'shard-1', eventName = 'MODIFY', writtenAt = Date.now(), more } = options;
    this.#written += 1;
    const SequenceNumber = String(1_000 + this.#written);
    const image = { pk: { S: pk }, v: { S: String(v) }, ...more };
    this.#shards.get(shardId)!.entries.push({
      writtenAt,
      record: {
        eventID: `e${SequenceNumber}`,
        eventName,
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
        dynamodb: {
          ApproximateCreationDateTime: Math.floor(writtenAt / 1000),
          Keys: { pk: { S: pk } },
          ...(eventName !== 'REMOVE' && { NewImage: image }),
          SequenceNumber,
          SizeBytes: 100,
          StreamViewType: 'NEW_IMAGE',
        },
        eventSourceARN: STREAM_ARN,
      },
    });
    this.#notify(shardId);
    return SequenceNumber;
  }

  get lastEntry(): StreamEntry {
    return this.#shards.get('shard-1')!.entries.at(-1)!;
  }

  async shards(): Promise<ShardInfo[]> {
    this.#check();
    return [...this.#shards.values()].map(({ shardId, parentShardId }) =>
      parentShardId === undefined ? { shardId } : { shardId, parentShardId },
    );
  }

  async read(shardId: string, from: ShardPosition, limit: number): Promise<ShardBatch> {
    this.reads += 1;
    const error = this.readErrors.shift();
    if (error) throw error;
    this.#check();
    const shard = this.#shards.get(shardId);
    if (!shard) throw new AwsError('ResourceNotFoundException', 'Shard does not exist');
    const { entries, closed } = shard;
    const start = indexAfter(entries, from);
    const batch = entries.slice(start, start + limit);
    const atEnd = start + batch.length === entries.length;
    const last = batch.at(-1)?.record.dynamodb.SequenceNumber;
    if (closed && atEnd) return { entries: batch, next: undefined };
    if (last !== undefined)
      return { entries: batch, next: { type: 'AFTER', sequenceNumber: last } };
    const newest = entries.at(-1)?.record.dynamodb.SequenceNumber;
    if (from.type !== 'LATEST') return { entries: [], next: from };
    return {
      entries: [],
      next:
        newest === undefined ? { type: 'TRIM_HORIZON' } : { type: 'AFTER', sequenceNumber: newest },
    };
  }

  newest(shardId: string): string | undefined {
    const { entries = [] } = this.#shards.get(shardId) ?? {};
    return this.tellsNewest ? entries.at(-1)?.record.dynamodb.SequenceNumber : undefined;
  }

  onMore(listener: MoreListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #notify(shardId: string): void {
    const shardIds = this.namesShards ? new Set([shardId]) : undefined;
    for (const listener of this.#listeners) listener(shardIds);
  }

  #check(): void {
    if (this.gone)
      throw new AwsError(
        'ResourceNotFoundException',
        `Requested resource not found: ${STREAM_ARN}`,
      );
  }
}

function indexAfter(entries: readonly StreamEntry[], from: ShardPosition): number {
  if (from.type === 'TRIM_HORIZON') return 0;
  if (from.type === 'LATEST') return entries.length;
  // Entries lie in order of their numbers.
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (Number(entries[middle]!.record.dynamodb.SequenceNumber) <= Number(from.sequenceNumber))
      low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What a scripted target answers: a status, or parts of an attempt. */
export type Answer = number | Partial<Attempt>;

/** A target that answers as a script says, and remembers what it was sent. */
export class ScriptedDestinations implements Destinations {
  readonly requests: DeliveryRequest[] = [];
  /** The destination of each. */
  readonly arns: string[] = [];
  inFlight = 0;
  mostInFlight = 0;
  rate: number | undefined = 300;
  script: (request: DeliveryRequest, signal: AbortSignal, arn: string) => Answer | Promise<Answer> =
    () => 200;

  /** What requests wait for, as for a rate limit, before they are made. */
  turn: (() => Promise<void>) | undefined;

  send(...[arn, request, signal, receiver]: Parameters<Destinations['send']>): void {
    void this.deliver(arn, request, signal).then(
      (attempt) => receiver.attempted(attempt),
      (error: unknown) => receiver.unmade(error),
    );
  }

  async deliver(
    arn: string,
    toMake: DeliveryRequest | RequestMaker,
    signal: AbortSignal,
  ): Promise<Attempt> {
    if (this.turn !== undefined) await this.turn();
    const request = typeof toMake === 'function' ? toMake() : toMake;
    this.requests.push(request);
    this.arns.push(arn);
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    const answer = await this.script(request, signal, arn);
    this.inFlight -= 1;
    return attemptOf(answer);
  }

  async preview(_arn: string, request: DeliveryRequest): Promise<ShownRequest> {
    const { body, pathParameters } = request;
    const url = ['https://cache.example', ...pathParameters].join('/');
    return { method: 'PUT', url, headers: {}, body };
  }

  async rateLimit(): Promise<number | undefined> {
    return this.rate;
  }

  loweredRate(): number | undefined {
    return undefined;
  }

  async close(): Promise<void> {}

  get bodies(): string[] {
    return this.requests.map(({ body }) => body);
  }
}

export function attemptOf(answer: Answer): Attempt {
  const status = typeof answer === 'number' ? answer : answer.status;
  const ok = status !== undefined && status >= 200 && status < 300;
  const again = status === undefined || status >= 500 || [401, 407, 409, 429].includes(status);
  return {
    outcome: ok ? 'delivered' : again ? 'retry' : 'rejected',
    status,
    reason: ok ? '' : `The target answered ${status ?? 'nothing'}.`,
    retryAfterMs: undefined,
    startedAt: Date.now(),
    durationMs: 1,
    request: { method: 'PUT', url: 'https://cache.example/users' },
    responseBody: 'body',
    ...(typeof answer === 'object' && answer),
  };
}

/** A pipe from the memory stream to the scripted target that sends `pk=v`. */
export function pipeResource(
  overrides: Partial<PipeResource> = {},
  source: Partial<PipeSourceParameters['DynamoDBStreamParameters']> = {},
): PipeResource {
  const name = overrides.name ?? 'users';
  return {
    name,
    arn: `arn:aws:pipes:us-east-1:000000000000:pipe/${name}`,
    id: `id-of-${name}`,
    generation: 1,
    desiredState: 'RUNNING',
    currentState: 'CREATING',
    source: STREAM_ARN,
    sourceParameters: {
      DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON', ...source },
    },
    target: TARGET_ARN,
    targetParameters: {
      InputTemplate: '<$.dynamodb.Keys.pk.S>=<$.dynamodb.NewImage.v.S>',
    },
    roleArn: 'arn:aws:iam::000000000000:role/pipe',
    tags: {},
    creationTime: 0,
    lastModifiedTime: 0,
    ...overrides,
  };
}

/** Everything a pipe needs, in memory; `restart` puts a new supervisor in the place of the old one. */
export class Harness {
  readonly stream = new MemoryStream();
  readonly state = new MemoryState();
  readonly target = new ScriptedDestinations();
  readonly queues = new MemoryQueues();
  readonly logs = new MemoryLogs();
  readonly logLines: string[] = [];
  /** What the table holds; undefined: it cannot be read. */
  currentItem: (keys: Item) => Promise<{ item: Item | undefined } | undefined> = () =>
    Promise.resolve(undefined);
  /** How often pipes looked at the clock: they do so whenever they wake. */
  clockReads = 0;
  supervisor: Supervisor = this.#newSupervisor();
  /** Called when the old supervisor has ended and the new one is about to start. */
  onRestart: () => void = () => undefined;

  #newSupervisor(): Supervisor {
    return createSupervisor({
      state: this.state,
      streams: {
        open: (arn) => {
          if (arn === STREAM_ARN && !this.stream.gone) return this.stream;
          throw new AwsError('ResourceNotFoundException', `Requested resource not found: ${arn}`);
        },
      },
      destinations: this.target,
      queues: this.queues,
      logs: this.logs,
      currentItem: (_streamArn, keys) => this.currentItem(keys),
      tables: () => Promise.resolve(undefined),
      lists: () => Promise.resolve(undefined),
      clock: {
        now: () => systemClock.now(),
        monotonic: () => {
          this.clockReads += 1;
          return systemClock.monotonic();
        },
      },
      log: createLog({ level: 'debug', write: (line) => this.logLines.push(line) }),
    });
  }

  /** Defines a pipe and starts the supervisor. */
  async run(...pipes: PipeResource[]): Promise<void> {
    for (const pipe of pipes.length > 0 ? pipes : [pipeResource()])
      await this.state.pipes.create(pipe);
    await this.supervisor.start();
  }

  async restart(): Promise<void> {
    await this.supervisor.close();
    this.onRestart();
    this.supervisor = this.#newSupervisor();
    await this.supervisor.start();
  }

  /** A new supervisor without a stop of the old one, as after a crash: the old one's saves are lost. */
  async crash(): Promise<void> {
    const old = this.supervisor;
    this.state.freeze();
    await old.close();
    this.state.thaw();
    this.onRestart();
    this.supervisor = this.#newSupervisor();
    await this.supervisor.start();
  }

  /** Changes the definition as the control plane does. */
  async update(name: string, change: Partial<PipeResource>): Promise<void> {
    await this.state.pipes.update(name, (pipe) => ({ ...pipe, ...change }));
  }

  idle(name = 'users'): Promise<void> {
    return until(() => this.supervisor.status(name)?.idle === true, `pipe ${name} is idle`);
  }

  pipeIs(state: PipeResource['currentState'], name = 'users'): Promise<void> {
    return until(
      async () => (await this.state.pipes.get(name))?.currentState === state,
      `pipe ${name} is ${state}`,
    );
  }
}

/** Waits until something holds; rejects when it does not for long. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  limitMs = 10_000,
): Promise<void> {
  const start = performance.now();
  while (!(await condition())) {
    if (performance.now() - start > limitMs) throw new Error(`Waited in vain until ${what}.`);
    await delay(1);
  }
}
