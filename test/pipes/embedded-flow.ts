import type { TestContext } from 'node:test';
import type { DynamoDb, RotationOptions } from '../../src/dynamodb/index.js';
import { systemClock } from '../../src/lib/clock.js';
import { createLog } from '../../src/lib/log.js';
import {
  createSupervisor,
  embeddedTables,
  type Supervisor,
  type TargetKeys,
} from '../../src/pipes/index.js';
import type { PipeResource, PipeSourceParameters } from '../../src/state/index.js';
import { embeddedStreams } from '../../src/streams/index.js';
import { createTable, N, open, S, SCOPE, streamArnOf } from '../dynamodb/engine/harness.js';
import { pipeResource, ScriptedDestinations, until } from './harness.js';
import { MemoryState } from './memory-state.js';
import { memoryRooms } from './memory-rooms.js';

/** Those of `write`. */
export const ITEMS = 20;

/** A pipe `users` over an embedded table `users`, to a scripted target that is sent `pk=v`. */
export class EmbeddedFlow {
  readonly db: DynamoDb;
  readonly state = new MemoryState();
  readonly target = new ScriptedDestinations();
  readonly logLines: string[] = [];
  /** What the target holds, if it can be listed. */
  keys: TargetKeys | undefined;
  supervisor: Supervisor;
  #written = 0;

  private constructor(db: DynamoDb) {
    this.db = db;
    this.supervisor = this.#newSupervisor();
  }

  static async open(
    t: TestContext,
    { stream = 'NEW_IMAGE', ...rotation }: RotationOptions & { stream?: string } = {},
  ): Promise<EmbeddedFlow> {
    const db = await open(t, rotation);
    await createTable(db, 'users', { stream });
    const flow = new EmbeddedFlow(db);
    t.after(() => flow.supervisor.close());
    return flow;
  }

  #newSupervisor(): Supervisor {
    const tables = embeddedTables(this.db);
    return createSupervisor({
      currentItem: async (streamArn, keys) => {
        const table = await tables(streamArn);
        return table && { item: await table.get(keys) };
      },
      tables,
      lists: () => Promise.resolve(this.keys),
      ...memoryRooms(),
      state: this.state,
      streams: embeddedStreams({ log: this.db.streamLog, scope: SCOPE }),
      destinations: this.target,
      clock: systemClock,
      log: createLog({ level: 'debug', write: (line) => this.logLines.push(line) }),
    });
  }

  async run(
    source: Partial<PipeSourceParameters['DynamoDBStreamParameters']> = {},
    overrides: Partial<PipeResource> = {},
  ): Promise<void> {
    const pipe = pipeResource(
      {
        source: await streamArnOf(this.db, 'users'),
        targetParameters: { InputTemplate: '<$.dynamodb.Keys.pk.S>=<$.dynamodb.NewImage.v.N>' },
        ...overrides,
      },
      source,
    );
    await this.state.pipes.create(pipe);
    await this.supervisor.start();
  }

  async restart(): Promise<void> {
    await this.supervisor.close();
    this.supervisor = this.#newSupervisor();
    await this.supervisor.start();
  }

  /** As after a kill: what was not saved is lost. */
  async crash(): Promise<void> {
    this.state.freeze();
    await this.supervisor.close();
    this.state.thaw();
    this.supervisor = this.#newSupervisor();
    await this.supervisor.start();
  }

  async put(pk: string, v: number): Promise<void> {
    await this.db.putItem({ TableName: 'users', Item: { pk: S(pk), v: N(v) } });
  }

  async delete(pk: string): Promise<void> {
    await this.db.deleteItem({ TableName: 'users', Key: { pk: S(pk) } });
  }

  /** Puts items `i0`, `i1` … with one version. */
  async putAll(count: number, v: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, (_, at) => this.put(`i${at}`, v)));
  }

  /** Writes the next `rounds` versions of each of the items `i0` to `i19`. */
  async write(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round += 1, this.#written += 1)
      await this.putAll(ITEMS, this.#written);
  }

  idle(): Promise<void> {
    return until(() => this.supervisor.status('users')?.idle === true, 'the pipe is idle');
  }

  /** The versions of each item in the order in which they were sent. */
  get sent(): Map<string, number[]> {
    const sent = new Map<string, number[]>();
    for (const body of this.target.bodies) {
      const [item, version] = body.split('=') as [string, string];
      sent.set(item, [...(sent.get(item) ?? []), Number(version)]);
    }
    return sent;
  }
}
