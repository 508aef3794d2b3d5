import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { failedState, nextStep, type Step } from '../../src/pipes/lifecycle.js';
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
