import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { DueQueue } from '../../src/lib/due-queue.js';
import { Fifo } from '../../src/pipes/fifo.js';
import { cases } from '../support/property.js';

describe('the queue of what is due', () => {
  it('gives nothing before its time', () => {
    const queue = new DueQueue<string>();
    queue.push('late', 20);
    queue.push('soon', 10);
    assert.equal(queue.takeDue(9), undefined);
    assert.equal(queue.takeDue(10), 'soon');
    assert.equal(queue.takeDue(10), undefined);
    assert.equal(queue.earliest, 20);
  });

  it('gives everything in order of time', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), (dues) => {
        const queue = new DueQueue<number>();
        for (const due of dues) queue.push(due, due);
        const taken = dues.map(() => queue.takeDue(Infinity));
        assert.deepEqual(
          taken,
          [...dues].sort((a, b) => a - b),
        );
        assert.equal(queue.size, 0);
      }),
      cases(100),
    );
  });
});

describe('a first-in-first-out queue', () => {
  it('behaves like an array', () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat()), { maxLength: 500 }), (operations) => {
        const queue = new Fifo<number>();
        const model: number[] = [];
        for (const operation of operations) {
          if (operation === null) assert.equal(queue.shift(), model.shift());
          else {
            queue.push(operation);
            model.push(operation);
          }
          assert.equal(queue.peek(), model[0]);
          assert.equal(queue.length, model.length);
        }
      }),
      cases(100),
    );
  });
});
