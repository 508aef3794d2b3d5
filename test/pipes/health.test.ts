import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Health } from '../../src/pipes/health.js';

const record = (): { failingSince: number | undefined } => ({ failingSince: undefined });
const DENIED = '401 Unauthorized: check the connection.';

describe('the health of a pipe', () => {
  it('is not talked about while failures pass quickly', () => {
    const health = new Health();
    const failing = record();
    health.failed(failing, DENIED, 0);
    assert.deepEqual(health.tick(999, 1), []);
    health.delivered(failing);
    assert.deepEqual(health.tick(5_000, 0), []);
    assert.equal(health.active, false);
  });

  it('is told once when one record has failed for a while', () => {
    const health = new Health();
    health.failed(record(), DENIED, 0);
    assert.deepEqual(health.tick(1_000, 3), [
      {
        type: 'failing',
        text: 'Deliveries fail: 401 Unauthorized: check the connection; 3 records wait',
      },
    ]);
    assert.deepEqual(health.tick(2_000, 3), []);
  });

  it('is told again with new numbers, but not often', () => {
    const health = new Health();
    health.failed(record(), DENIED, 0);
    health.tick(1_000, 1);
    assert.deepEqual(health.tick(10_999, 40), []);
    assert.deepEqual(health.tick(11_000, 40), [
      {
        type: 'still failing',
        text: 'Deliveries fail: 401 Unauthorized: check the connection; 40 records wait',
      },
    ]);
  });

  it('is failing as long as one record fails, though others are delivered', () => {
    const health = new Health();
    const poison = record();
    health.failed(poison, DENIED, 0);
    health.tick(1_000, 1);
    health.delivered(record());
    assert.deepEqual(health.tick(2_000, 1), []);
    health.delivered(poison);
    assert.deepEqual(health.tick(3_000, 0), [{ type: 'recovered', failedForMs: 3_000 }]);
    assert.equal(health.active, false);
  });

  it('fails when records are given up, until one is delivered', () => {
    const health = new Health();
    health.gaveUp(record(), '403 Forbidden');
    assert.deepEqual(health.tick(0, 0), [
      { type: 'gave up', records: 1, reason: '403 Forbidden' },
      { type: 'failing', text: 'Deliveries fail: 403 Forbidden; 1 record kept as a dead letter' },
    ]);
    health.delivered(record());
    assert.deepEqual(health.tick(1_000, 0), [{ type: 'recovered', failedForMs: 1_000 }]);
  });

  it('sums up many dead letters in one line', () => {
    const health = new Health();
    health.gaveUp(record(), '403 Forbidden');
    health.tick(0, 0);
    for (let each = 0; each < 500; each += 1) health.gaveUp(record(), '403 Forbidden');
    assert.deepEqual(
      health.tick(9_999, 0).filter(({ type }) => type === 'gave up'),
      [],
    );
    assert.deepEqual(health.tick(10_000, 0)[0], {
      type: 'gave up',
      records: 500,
      reason: '403 Forbidden',
    });
  });

  it('names why records were given up, not why others are tried again', () => {
    const health = new Health();
    health.gaveUp(record(), '400 Bad Request');
    health.failed(record(), '500 Internal Server Error', 0);
    assert.deepEqual(health.tick(0, 1)[0], {
      type: 'gave up',
      records: 1,
      reason: '400 Bad Request',
    });
  });

  it('keeps its text within what a StateReason may hold', () => {
    const health = new Health();
    health.failed(record(), 'x'.repeat(2_000), 0);
    const [event] = health.tick(1_000, 12);
    assert.ok(event?.type === 'failing');
    assert.ok(event.text.length <= 512);
    assert.match(event.text, /…; 12 records wait$/);
  });
});
