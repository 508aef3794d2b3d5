import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { finishedBefore, lastShards, Lineage } from '../../src/pipes/lineage.js';
import type { ShardInfo } from '../../src/streams/index.js';

const shard = (shardId: string, parentShardId?: string): ShardInfo =>
  parentShardId === undefined ? { shardId } : { shardId, parentShardId };

/** `a`, whose parent was trimmed, was split in `b` and `c`; `d` stands alone. */
const FAMILY = [shard('a', 'trimmed'), shard('b', 'a'), shard('c', 'a'), shard('d')];

function lineageOf(shards: readonly ShardInfo[]): Lineage {
  const lineage = new Lineage();
  lineage.list(shards);
  return lineage;
}

describe('the shards to begin', () => {
  it('are those without a parent, or whose parent is no longer kept', () => {
    assert.deepEqual(lineageOf(FAMILY).toBegin(), ['a', 'd']);
  });

  it('are not the children while the parent is read', () => {
    const lineage = lineageOf(FAMILY);
    lineage.set('a', 'reading');
    assert.deepEqual(lineage.toBegin(), ['d']);
  });

  it('are the children once the parent is finished', () => {
    const lineage = lineageOf(FAMILY);
    lineage.set('a', 'finished');
    lineage.set('d', 'reading');
    assert.deepEqual(lineage.toBegin(), ['b', 'c']);
    assert.deepEqual([...lineage.followed()], ['a']);
  });

  it('are none that were begun, nor after their parents are trimmed', () => {
    const lineage = lineageOf(FAMILY);
    lineage.set('a', 'finished');
    for (const shardId of ['b', 'c', 'd']) lineage.set(shardId, 'reading');
    assert.deepEqual(lineage.list(FAMILY.slice(1)), ['a']);
    assert.deepEqual(lineage.toBegin(), []);
    assert.deepEqual([...lineage.followed()], []);
  });
});

describe('a stream', () => {
  it('ends with the shards that no other follows', () => {
    assert.deepEqual(
      lastShards(FAMILY).map(({ shardId }) => shardId),
      ['b', 'c', 'd'],
    );
  });
});

describe('the shards that an earlier run has finished', () => {
  const chain = [shard('1'), shard('2', '1'), shard('3', '2'), shard('3b', '2'), shard('4', '3')];
  const finished = (checkpoints: [string, string | undefined][]): string[] =>
    [...finishedBefore(chain, new Map(checkpoints), 'END')].sort();

  it('are none without checkpoints, and none that were only begun', () => {
    assert.deepEqual(finished([]), []);
    assert.deepEqual(finished([['1', undefined]]), []);
  });

  it('say so', () => {
    assert.deepEqual(finished([['1', 'END']]), ['1']);
  });

  it('or have a descendant with a checkpoint, be it without a record', () => {
    assert.deepEqual(finished([['4', undefined]]), ['1', '2', '3']);
    assert.deepEqual(
      finished([
        ['3b', '7'],
        ['4', 'END'],
      ]),
      ['1', '2', '3', '4'],
    );
  });

  it('but not one that says where it was', () => {
    assert.deepEqual(
      finished([
        ['2', '5'],
        ['4', '9'],
      ]),
      ['1', '3'],
    );
  });
});
