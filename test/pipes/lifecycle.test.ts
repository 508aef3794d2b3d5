import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { failedState, nextStep, type Step } from '../../src/pipes/lifecycle.js';
import { shardsToBegin } from '../../src/pipes/lineage.js';
import type { PipeCurrentState, PipeDesiredState, PipeResource } from '../../src/state/index.js';

interface Row {
  name: string;
  desired: PipeDesiredState | null;
  current?: PipeCurrentState;
  running?: 'same' | 'older generation' | 'other pipe';
  step: Step;
}

const rows = JSON.parse(
  readFileSync(new URL('../vectors/pipes/lifecycle.json', import.meta.url), 'utf8'),
) as Row[];

const RUNNING = {
  same: { id: 'p1', generation: 3 },
  'older generation': { id: 'p1', generation: 2 },
  'other pipe': { id: 'p0', generation: 3 },
};

describe('the next step of a pipe', () => {
  for (const row of rows)
    it(row.name, () => {
      const pipe = {
        id: 'p1',
        generation: 3,
        desiredState: row.desired,
        currentState: row.current,
      } as PipeResource;
      const running = row.running && RUNNING[row.running];
      assert.deepEqual(nextStep(row.desired === null ? undefined : pipe, running), row.step);
    });

  it('names the failed state after what was under way', () => {
    assert.equal(failedState('CREATING'), 'CREATE_FAILED');
    assert.equal(failedState('UPDATING'), 'UPDATE_FAILED');
    assert.equal(failedState('STARTING'), 'START_FAILED');
    assert.equal(failedState('RUNNING'), 'STOPPED');
  });
});

describe('the shards to begin', () => {
  const shards = [
    { shardId: 'a', parentShardId: 'trimmed' },
    { shardId: 'b', parentShardId: 'a' },
    { shardId: 'c', parentShardId: 'a' },
    { shardId: 'd' },
  ];

  it('are those without a parent, or whose parent is no longer kept', () => {
    assert.deepEqual(shardsToBegin(shards, new Map()), ['a', 'd']);
  });

  it('are not the children while the parent is read', () => {
    assert.deepEqual(shardsToBegin(shards, new Map([['a', 'reading']])), ['d']);
  });

  it('are the children once the parent is finished', () => {
    const begun = new Map([['a', 'finished'] as const, ['d', 'reading'] as const]);
    assert.deepEqual(shardsToBegin(shards, begun), ['b', 'c']);
  });
});
