import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AwsError } from '../../src/lib/aws-error.js';
import { MAX_SPAN, READ_AHEAD_RECORDS } from '../../src/pipes/read-ahead.js';
import { Harness, pipeResource, until } from './harness.js';

describe('the checkpoint of a pipe', () => {
  let harness: Harness;
  beforeEach(() => (harness = new Harness()));
  afterEach(() => harness.supervisor.close());

  it('is saved in the background, and not again while nothing moves', async () => {
    await harness.run();
    const newest = harness.stream.write('a', 1);
    await until(() => harness.state.position() === newest, 'the checkpoint is saved');
    const { saves } = harness.state.checkpoints;
    await new Promise((resolve) => setTimeout(resolve, 250));
    assert.equal(harness.state.checkpoints.saves, saves);
  });

  it('is saved a few times for many records', async () => {
    for (let n = 0; n < 5_000; n += 1) harness.stream.write(`item ${n}`, n);
    const start = performance.now();
    await harness.run();
    await harness.idle();
    const allowed = (performance.now() - start) / 100 + 1;
    assert.ok(harness.state.checkpoints.saves <= allowed);
  });

  it('passes records that no filter lets through', async () => {
    const { sourceParameters } = pipeResource();
    const FilterCriteria = { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] };
    await harness.run(pipeResource({ sourceParameters: { ...sourceParameters, FilterCriteria } }));
    let newest = '';
    for (let n = 0; n < 3_000; n += 1) newest = harness.stream.write('a', n);
    await until(() => harness.state.position() === newest, 'the checkpoint is at the end');
    assert.equal(harness.target.requests.length, 0);
  });

  it('is where the pipe goes on after a restart', async () => {
    await harness.run();
    harness.stream.write('a', 1);
    await harness.idle();
    await harness.supervisor.close();
    harness.stream.write('a', 2);
    await harness.restart();
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=2']);
  });

  it('never passes a record that a stop interrupted; the stop waits a bounded time', async () => {
    harness.target.script = (_request, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => resolve({ outcome: 'retry', reason: 'stopped' })),
      );
    harness.stream.write('a', 1);
    await harness.run();
    await until(() => harness.target.inFlight === 1, 'the request is on its way');
    const start = performance.now();
    await harness.supervisor.close();
    assert.ok(performance.now() - start < 4_000);
    assert.equal(harness.state.position(), undefined);
    assert.equal((await harness.state.pipes.get('users'))!.currentState, 'RUNNING');
    harness.target.script = () => 200;
    await harness.restart();
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=1']);
  });

  it('bounds how far others run ahead of an item that is stuck', async () => {
    harness.target.script = ({ body }) => (body.startsWith('stuck') ? 500 : 200);
    harness.stream.write('stuck', 0);
    for (let n = 0; n < MAX_SPAN + 5_000; n += 1) harness.stream.write(`item ${n % 50}`, n);
    await harness.run();
    await until(() => {
      const { waiting, inFlight, delivered } = harness.supervisor.status('users')!;
      return waiting + inFlight === 1 && delivered > MAX_SPAN - 2_000;
    }, 'the window is full');
    assert.ok(harness.supervisor.status('users')!.delivered < MAX_SPAN);
    harness.target.script = () => 200;
    await harness.idle();
    assert.equal(harness.supervisor.status('users')!.delivered, MAX_SPAN + 5_001);
  });
});

describe('a pipe that starts with LATEST', () => {
  let harness: Harness;
  beforeEach(() => (harness = new Harness()));
  afterEach(() => harness.supervisor.close());
  const latest = pipeResource({}, { StartingPosition: 'LATEST' });

  it('sends only what is written after it runs', async () => {
    harness.stream.write('a', 1);
    await harness.run(latest);
    harness.stream.write('a', 2);
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=2']);
  });

  it('misses nothing when it is restarted before its first record', async () => {
    harness.stream.write('a', 1);
    await harness.run(latest);
    await harness.supervisor.close();
    harness.stream.write('a', 2);
    await harness.restart();
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=2']);
  });

  it('nor when the stream was still empty', async () => {
    await harness.run(latest);
    await harness.supervisor.close();
    harness.stream.write('a', 1);
    await harness.restart();
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1']);
  });

  it('leaves out shards that were closed before, and reads later ones from their beginning', async () => {
    harness.stream.write('a', 1);
    harness.stream.closeShard('shard-1');
    harness.stream.addShard('shard-2', 'shard-1');
    harness.stream.write('a', 2, { shardId: 'shard-2' });
    await harness.run(latest);
    await harness.supervisor.close();
    harness.stream.closeShard('shard-2');
    harness.stream.addShard('shard-3', 'shard-2');
    harness.stream.write('a', 3, { shardId: 'shard-3' });
    await harness.restart();
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=3']);
  });
});

describe('the shards of a stream', () => {
  let harness: Harness;
  beforeEach(() => (harness = new Harness()));
  afterEach(() => harness.supervisor.close());

  it('are read parents before children, so that an item stays in order', async () => {
    let failures = 2;
    harness.target.script = ({ body }) => (body === 'a=1' && failures-- > 0 ? 500 : 200);
    harness.stream.write('a', 1);
    harness.stream.closeShard('shard-1');
    harness.stream.addShard('shard-2', 'shard-1');
    harness.stream.addShard('shard-3', 'shard-1');
    harness.stream.write('a', 2, { shardId: 'shard-2' });
    harness.stream.write('b', 3, { shardId: 'shard-3' });
    await harness.run();
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=1', 'a=1', 'a=2', 'b=3']);
  });

  it('are found when they come up while the pipe runs', async () => {
    await harness.run();
    harness.stream.write('a', 1);
    await harness.idle();
    harness.stream.closeShard('shard-1');
    await until(() => harness.state.position() === 'SHARD_END', 'the end of the shard is saved');
    harness.stream.addShard('shard-2', 'shard-1');
    harness.stream.write('a', 2, { shardId: 'shard-2' });
    await until(() => harness.target.requests.length === 2, 'the new shard is read');
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=2']);
  });

  it('that are finished are not read again after a restart', async () => {
    harness.stream.write('a', 1);
    harness.stream.closeShard('shard-1');
    harness.stream.addShard('shard-2', 'shard-1');
    await harness.run();
    await harness.idle();
    await harness.restart();
    harness.stream.write('a', 2, { shardId: 'shard-2' });
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=2']);
  });
});

describe('a pipe over several shards', () => {
  let harness: Harness;
  beforeEach(() => (harness = new Harness()));
  afterEach(() => harness.supervisor.close());

  /** Closes a shard and writes `a=value` into the one that follows it. */
  function rotate(from: number, value: number): void {
    harness.stream.addShard(`shard-${from + 1}`, `shard-${from}`);
    harness.stream.closeShard(`shard-${from}`);
    harness.stream.write('a', value, { shardId: `shard-${from + 1}` });
  }
  const stored = (): string[] =>
    Array.from(harness.state.checkpoints.saved.get('id-of-users') ?? [], ([shardId]) => shardId);

  it('reads all of them at once', async () => {
    harness.stream.addShard('other');
    harness.stream.write('stuck', 1);
    harness.stream.write('b', 2, { shardId: 'other' });
    harness.target.script = ({ body }) => (body === 'stuck=1' ? 500 : 200);
    await harness.run();
    const newest = harness.stream.write('b', 3, { shardId: 'other' });
    await until(() => harness.state.position('other') === newest, 'the other shard is handled');
    assert.equal(harness.state.position('shard-1'), undefined);
  });

  it('goes on in each where it was', async () => {
    harness.stream.addShard('other');
    await harness.run();
    harness.stream.write('a', 1);
    harness.stream.write('b', 1, { shardId: 'other' });
    await harness.idle();
    await harness.supervisor.close();
    harness.stream.write('a', 2);
    harness.stream.write('b', 2, { shardId: 'other' });
    await harness.restart();
    await harness.idle();
    assert.deepEqual(harness.target.bodies.toSorted(), ['a=1', 'a=2', 'b=1', 'b=2']);
  });

  it('keeps the checkpoint of a finished shard only until those that follow it have theirs', async () => {
    await harness.run();
    harness.stream.write('a', 0);
    for (let shard = 1; shard < 20; shard += 1) rotate(shard, shard);
    await until(() => stored().join() === 'shard-20', 'one checkpoint is left');
    assert.deepEqual(
      harness.target.bodies,
      Array.from({ length: 20 }, (_, at) => `a=${at}`),
    );
    await harness.restart();
    rotate(20, 20);
    await harness.idle();
    assert.equal(harness.target.bodies.length, 21, 'nothing is read again');
  });

  it('forgets what it stored of shards that were trimmed while it stood still, and tells of the loss', async () => {
    harness.stream.write('a', 1);
    await harness.run();
    await harness.idle();
    await harness.supervisor.close();
    harness.stream.write('a', 2);
    rotate(1, 3);
    harness.stream.removeShard('shard-1');
    await harness.restart();
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=3']);
    await until(() => stored().join() === 'shard-2', 'only the new shard has a checkpoint');
    assert.equal(harness.logLines.filter((line) => line.includes('Changes may be lost')).length, 1);
  });

  it('goes on with the next shard when one is trimmed before it is read, and tells of the loss', async () => {
    harness.stream.namesShards = false;
    await harness.run();
    harness.stream.write('a', 1);
    await harness.idle();
    harness.stream.addShard('shard-2', 'shard-1');
    harness.stream.removeShard('shard-1');
    harness.stream.write('a', 3, { shardId: 'shard-2' });
    await until(() => harness.target.bodies.includes('a=3'), 'the next shard is read');
    assert.equal(harness.logLines.filter((line) => line.includes('Changes were lost')).length, 1);
  });

  it('finds new ones also from a source that does not say where there is more', async () => {
    harness.stream.namesShards = false;
    harness.stream.addShard('other');
    await harness.run();
    harness.stream.closeShard('shard-1');
    await until(() => harness.state.position() === 'SHARD_END', 'the end of the shard is saved');
    harness.stream.addShard('shard-2', 'shard-1');
    harness.stream.write('a', 2, { shardId: 'shard-2' });
    await until(() => harness.target.requests.length === 1, 'the new shard is read');
  });

  it('holds no more records in memory than of one', async () => {
    harness.target.script = () => 500;
    for (let shard = 2; shard <= 8; shard += 1) harness.stream.addShard(`shard-${shard}`);
    for (let n = 0; n < 16_000; n += 1)
      harness.stream.write(`item ${n}`, n, { shardId: `shard-${(n % 8) + 1}` });
    await harness.run();
    await until(() => harness.supervisor.status('users')!.read >= 1_000, 'it has read ahead');
    await until(() => harness.stream.reads >= 8, 'all shards were read');
    const { waiting, inFlight } = harness.supervisor.status('users')!;
    assert.ok(waiting + inFlight <= READ_AHEAD_RECORDS, `${waiting + inFlight} records`);
  });
});

describe('a stream that cannot be read', () => {
  let harness: Harness;
  beforeEach(() => (harness = new Harness()));
  afterEach(() => harness.supervisor.close());

  it('is tried again', async () => {
    harness.stream.write('a', 1);
    harness.stream.readErrors = [new Error('connection reset'), new Error('connection reset')];
    await harness.run();
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1']);
    assert.equal(harness.logLines.filter((line) => line.includes('cannot be read')).length, 1);
  });

  it('is read from its oldest record when it was trimmed, and the loss is told', async () => {
    harness.stream.write('a', 1);
    harness.stream.readErrors = [new AwsError('TrimmedDataAccessException', 'trimmed')];
    await harness.run();
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1']);
    assert.equal(harness.logLines.filter((line) => line.includes('Changes were lost')).length, 1);
  });
});
