import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EmbeddedFlow, ITEMS } from './embedded-flow.js';

/** Shards that follow each other every 15 records. */
const SHARDS = { streamShards: 3, shardMaxRecords: 15 };

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);

describe('a pipe over embedded shards that rotate', () => {
  it('sends all changes, those of an item in their order', async (t) => {
    const flow = await EmbeddedFlow.open(t, SHARDS);
    await flow.write(10);
    await flow.run({ StartingPosition: 'TRIM_HORIZON' });
    await flow.write(30);
    await flow.idle();
    assert.equal(flow.sent.size, ITEMS);
    for (const [item, versions] of flow.sent) assert.deepEqual(versions, range(0, 40), item);
  });

  it('begins with LATEST at the end of the lineage, and misses nothing across a restart', async (t) => {
    const flow = await EmbeddedFlow.open(t, SHARDS);
    await flow.write(20);
    await flow.run({ StartingPosition: 'LATEST' });
    await flow.restart();
    await flow.write(10);
    await flow.restart();
    await flow.write(10);
    await flow.idle();
    assert.equal(flow.sent.size, ITEMS);
    for (const [item, versions] of flow.sent) assert.deepEqual(versions, range(20, 40), item);
  });

  it('sends again after a crash from where it was saved, without a gap, to the same end', async (t) => {
    const flow = await EmbeddedFlow.open(t, SHARDS);
    await flow.run({ StartingPosition: 'TRIM_HORIZON' });
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
    const flow = await EmbeddedFlow.open(t, SHARDS);
    await flow.run({ StartingPosition: 'TRIM_HORIZON' });
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
