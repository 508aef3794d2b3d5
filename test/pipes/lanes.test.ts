import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { Lanes } from '../../src/pipes/lanes.js';
import { cases } from '../support/property.js';

interface Change {
  key: string;
  n: number;
}

const change = (key: string, n: number): Change => ({ key, n });

function lanesOf(...changes: Change[]): Lanes<Change> {
  const lanes = new Lanes<Change>();
  for (const each of changes) lanes.add(each);
  return lanes;
}

describe('lanes', () => {
  it('let different items overlap, in stream order', () => {
    const lanes = lanesOf(change('a', 1), change('b', 2), change('c', 3));
    assert.deepEqual([lanes.take()?.n, lanes.take()?.n, lanes.take()?.n], [1, 2, 3]);
    assert.equal(lanes.take(), undefined);
  });

  it('keep later changes of an item waiting until the earlier one is finished', () => {
    const lanes = lanesOf(change('a', 1), change('a', 2), change('a', 3));
    const first = lanes.take()!;
    assert.equal(lanes.take(), undefined);
    lanes.finish(first);
    assert.equal(lanes.take()?.n, 2);
    assert.equal(lanes.take(), undefined);
  });

  it('keep later changes of an item waiting while its first is retried', () => {
    const lanes = lanesOf(change('a', 1), change('a', 2), change('b', 3));
    const first = lanes.take()!;
    lanes.park(first, 100, false);
    assert.equal(lanes.take()?.n, 3, 'another item is not held back');
    lanes.wake(99);
    assert.equal(lanes.take(), undefined);
    lanes.wake(100);
    assert.equal(lanes.take(), first);
  });

  it('take a record that was waiting for its retry before new ones', () => {
    const lanes = lanesOf(change('a', 1), change('b', 2));
    const first = lanes.take()!;
    lanes.park(first, 10, false);
    lanes.wake(10);
    assert.equal(lanes.peek(), first);
    assert.equal(lanes.take(), first);
  });

  it('tell when the next parked record is due', () => {
    const lanes = lanesOf(change('a', 1), change('b', 2));
    assert.equal(lanes.earliestDue, undefined);
    lanes.park(lanes.take()!, 20, false);
    lanes.park(lanes.take()!, 10, false);
    assert.equal(lanes.earliestDue, 10);
    lanes.wake(10);
    assert.equal(lanes.earliestDue, 20);
  });

  it('wake all at once, but those that the target told to wait only when asked to', () => {
    const lanes = lanesOf(change('a', 1), change('b', 2));
    lanes.park(lanes.take()!, 1_000, true);
    lanes.park(lanes.take()!, 2_000, false);
    lanes.wakeAll(false);
    assert.equal(lanes.take()?.n, 2);
    assert.equal(lanes.take(), undefined);
    assert.equal(lanes.earliestDue, 1_000);
    lanes.wakeAll(true);
    assert.equal(lanes.take()?.n, 1);
  });

  it('count what is not finished', () => {
    const lanes = lanesOf(change('a', 1), change('a', 2));
    const first = lanes.take()!;
    lanes.park(first, 5, false);
    assert.equal(lanes.unfinished, 2);
    lanes.wake(5);
    lanes.finish(lanes.take()!);
    assert.equal(lanes.unfinished, 1);
  });

  it('never break the order of an item, and finish all, however deliveries go', () => {
    const step = fc.record({ pick: fc.nat(), action: fc.constantFrom('add', 'finish', 'park') });
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 60 }),
        fc.array(step, { maxLength: 200 }),
        (keys, steps) => {
          const lanes = new Lanes<Change>();
          const upcoming = keys.map((key, n) => change(key, n));
          const finished: Change[] = [];
          const taken: Change[] = [];
          let now = 0;
          const turn = (action: string, pick: number): void => {
            now += 1;
            const next = action === 'add' ? upcoming.shift() : undefined;
            if (next) lanes.add(next);
            lanes.wake(now);
            for (let record = lanes.take(); record; record = lanes.take()) taken.push(record);
            const keysInFlight = taken.map(({ key }) => key);
            assert.equal(new Set(keysInFlight).size, keysInFlight.length, 'one of an item at once');
            const record = taken.splice(pick % Math.max(1, taken.length), 1)[0];
            if (record === undefined) return;
            if (action === 'park') lanes.park(record, now + (pick % 7), pick % 2 === 0);
            else {
              lanes.finish(record);
              finished.push(record);
            }
          };
          for (const { action, pick } of steps) turn(action, pick);
          while (finished.length < keys.length) turn(upcoming.length > 0 ? 'add' : 'finish', 0);
          assert.equal(lanes.unfinished, 0);
          for (const key of new Set(keys)) {
            const order = finished.filter((each) => each.key === key).map(({ n }) => n);
            assert.deepEqual(
              order,
              [...order].sort((a, b) => a - b),
            );
          }
        },
      ),
      cases(100),
    );
  });
});
