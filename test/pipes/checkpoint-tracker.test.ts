import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CheckpointTracker } from '../../src/pipes/checkpoint-tracker.js';
import { cases } from '../support/property.js';

describe('the checkpoint', () => {
  it('is where the pipe was before, until a record is finished', () => {
    const tracker = new CheckpointTracker('7');
    assert.equal(tracker.position, '7');
    tracker.begin('8', 0);
    assert.equal(tracker.position, '7');
  });

  it('moves past records that need no work, also when no other comes', () => {
    const tracker = new CheckpointTracker(undefined);
    tracker.skip('1');
    tracker.skip('2');
    assert.equal(tracker.position, '2');
    assert.equal(tracker.span, 0);
  });

  it('does not pass an unfinished record when later ones are finished', () => {
    const tracker = new CheckpointTracker(undefined);
    const [first, second] = [tracker.begin('1', 10), tracker.begin('2', 20)];
    tracker.skip('3');
    tracker.finish(second);
    assert.equal(tracker.position, undefined);
    assert.equal(tracker.span, 2);
    assert.equal(tracker.oldestWrittenAt, 10);
    tracker.finish(first);
    assert.equal(tracker.position, '3');
    assert.equal(tracker.span, 0);
    assert.equal(tracker.oldestWrittenAt, undefined);
  });

  it('forgets records whose work a later one took over, however many they are', () => {
    const tracker = new CheckpointTracker(undefined);
    const held = tracker.begin('0', 5);
    let newest = tracker.begin('1', 6);
    for (let n = 2; n < 2_000; n += 1) {
      const next = tracker.begin(String(n), 6);
      tracker.drop(newest);
      newest = next;
    }
    assert.ok(tracker.span < 1_000);
    assert.deepEqual([tracker.position, tracker.oldestWrittenAt], [undefined, 5]);
    tracker.finish(held);
    assert.equal(tracker.position, '1998');
    tracker.finish(newest);
    assert.equal(tracker.position, '1999');
    assert.equal(tracker.span, 0);
  });

  it('is always the end of the longest handled prefix', () => {
    const record = fc.record({ needsWork: fc.boolean(), finishAfter: fc.nat(30) });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 40 }), (records) => {
        const tracker = new CheckpointTracker(undefined);
        const handled: boolean[] = [];
        const check = (): void => {
          const gap = handled.indexOf(false);
          const prefix = gap === -1 ? handled.length : gap;
          assert.equal(tracker.position, prefix === 0 ? undefined : String(prefix - 1));
        };
        const later: { at: number; finish: () => void }[] = [];
        records.forEach(({ needsWork, finishAfter }, n) => {
          handled.push(!needsWork);
          if (needsWork) {
            const mark = tracker.begin(String(n), 0);
            const finish = (): void => {
              handled[n] = true;
              tracker.finish(mark);
            };
            later.push({ at: n + finishAfter, finish });
          } else tracker.skip(String(n));
          check();
          for (const { at, finish } of later) if (at === n) finish();
          check();
        });
        for (const { finish } of later) finish();
        check();
        assert.equal(tracker.span, 0);
      }),
      cases(100),
    );
  });
});
