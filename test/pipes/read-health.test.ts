import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ReadHealth } from '../../src/pipes/read-health.js';

it('says that the source cannot be read only after five seconds, once, and when it can again', () => {
  const health = new ReadHealth();
  health.failed('shard', 'first', 0);
  health.failed('shard', 'second', 4_000);
  assert.equal(health.tick(4_999), undefined);
  assert.deepEqual(health.tick(5_000), { type: 'failing', text: 'second' });
  assert.equal(health.tick(6_000), undefined);
  health.succeeded('shard');
  assert.equal(health.active, true);
  assert.deepEqual(health.tick(7_000), { type: 'recovered', failedForMs: 7_000 });
  assert.equal(health.active, false);
});

it('says nothing of a failure that is over sooner, and fails while one of many shards does', () => {
  const health = new ReadHealth();
  health.failed('a', 'a', 0);
  health.succeeded('a');
  health.failed('b', 'b', 4_000);
  assert.equal(health.tick(6_000), undefined);
  health.failed('c', 'c', 8_000);
  assert.equal(health.tick(9_000)?.type, 'failing');
  health.succeeded('b');
  assert.equal(health.tick(10_000), undefined);
  health.succeeded('c');
  assert.equal(health.tick(11_000)?.type, 'recovered');
});
