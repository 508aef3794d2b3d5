import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { DynamoDb } from '../../src/dynamodb/index.js';
import { systemClock } from '../../src/lib/clock.js';
import { silentLog } from '../../src/lib/log.js';
import { createSupervisor, type Supervisor } from '../../src/pipes/index.js';
import { embeddedStreams } from '../../src/streams/index.js';
import { createTable, N, open, S, SCOPE, streamArnOf } from '../dynamodb/engine/harness.js';
import { pipeResource, ScriptedDestinations, until } from './harness.js';
import { MemoryState } from './memory-state.js';
import { memoryRooms } from './memory-rooms.js';

const ITEMS = 20;

/** A pipe over tables whose shards have 15 records each. */
class Flow {
  readonly db: DynamoDb;
  readonly state = new MemoryState();
  readonly target = new ScriptedDestinations();
  #supervisor: Supervisor;
  #written = 0;

  private constructor(db: DynamoDb) {
    this.db = db;
    this.#supervisor = this.#newSupervisor();
  }

  static async open(t: TestContext): Promise<Flow> {
    const db = await open(t, { streamShards: 3, shardMaxRecords: 15 });
    await createTable(db, 'users', { stream: 'NEW_IMAGE' });
    const flow = new Flow(db);
    t.after(() => flow.#supervisor.close());
    return flow;
  }

  #newSupervisor(): Supervisor {
    return createSupervisor({
      currentItem: () => Promise.resolve(undefined),
      ...memoryRooms(),
      state: this.state,
      streams: embeddedStreams({ log: this.db.streamLog, scope: SCOPE }),
      destinations: this.target,
      clock: systemClock,
      log: silentLog,
    });
  }

  async run(startingPosition: 'LATEST' | 'TRIM_HORIZON'): Promise<void> {
    const source = await streamArnOf(this.db, 'users');
    const targetParameters = { InputTemplate: '<$.dynamodb.Keys.pk.S>=<$.dynamodb.NewImage.v.N>' };
    const pipe = pipeResource({ source, targetParameters }, { StartingPosition: startingPosition });
    await this.state.pipes.create(pipe);
    await this.#supervisor.start();
  }

  async restart(): Promise<void> {
    await this.#supervisor.close();
    this.#supervisor = this.#newSupervisor();
    await this.#supervisor.start();
  }

  /** As after a kill: what was not saved is lost. */
  async crash(): Promise<void> {
    this.state.freeze();
    await this.#supervisor.close();
    this.state.thaw();
    this.#supervisor = this.#newSupervisor();
    await this.#supervisor.start();
  }

  /** Writes the next `rounds` versions of each item. */
  async write(rounds: number): Promise<void> {
    for (let round = 0; round < rounds; round += 1, this.#written += 1)
      await Promise.all(
        Array.from({ length: ITEMS }, (_, at) =>
          this.db.putItem({
            TableName: 'users',
            Item: { pk: S(`i${at}`), v: N(this.#written) },
          }),
        ),
      );
  }

  idle(): Promise<void> {
    return until(() => this.#supervisor.status('users')?.idle === true, 'the pipe is idle');
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

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);

describe('a pipe over embedded shards that rotate', () => {
  it('sends all changes, those of an item in their order', async (t) => {
    const flow = await Flow.open(t);
    await flow.write(10);
    await flow.run('TRIM_HORIZON');
    await flow.write(30);
    await flow.idle();
    assert.equal(flow.sent.size, ITEMS);
    for (const [item, versions] of flow.sent) assert.deepEqual(versions, range(0, 40), item);
  });

  it('begins with LATEST at the end of the lineage, and misses nothing across a restart', async (t) => {
    const flow = await Flow.open(t);
    await flow.write(20);
    await flow.run('LATEST');
    await flow.restart();
    await flow.write(10);
    await flow.restart();
    await flow.write(10);
    await flow.idle();
    assert.equal(flow.sent.size, ITEMS);
    for (const [item, versions] of flow.sent) assert.deepEqual(versions, range(20, 40), item);
  });

  it('sends again after a crash from where it was saved, without a gap, to the same end', async (t) => {
    const flow = await Flow.open(t);
    await flow.run('TRIM_HORIZON');
    for (let round = 0; round < 6; round += 1) {
      await flow.write(5);
      if (round % 2 === 0) await flow.idle();
      await flow.crash();
    }
    await flow.idle();
    for (const [item, versions] of flow.sent) {
      assert.deepEqual([...new Set(versions)], range(0, 30), item);
      assert.equal(versions.at(-1), 29);
      versions.slice(1).forEach((version, at) => {
        assert.ok(version <= versions[at]! + 1, `${item} leaves out what is before ${version}`);
      });
    }
  });

  it('reads a stream that is switched off to its end', async (t) => {
    const flow = await Flow.open(t);
    await flow.run('TRIM_HORIZON');
    await flow.write(3);
    await flow.db.updateTable({
      TableName: 'users',
      StreamSpecification: { StreamEnabled: false },
    });
    await flow.idle();
    for (const [item, versions] of flow.sent) assert.deepEqual(versions, range(0, 3), item);
    assert.equal((await flow.state.pipes.get('users'))!.currentState, 'RUNNING');
  });
});
