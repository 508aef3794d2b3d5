import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { SettledOutcome } from '../../src/pipes/index.js';
import { Harness, pipeResource, TARGET_ARN, until } from './harness.js';

const PATTERN = JSON.stringify({ dynamodb: { NewImage: { v: { S: ['wanted'] } } } });

describe('waiting until a pipe is settled', () => {
  let harness: Harness;
  const held = new Set<() => void>();
  beforeEach(() => {
    harness = new Harness();
  });
  afterEach(() => {
    for (const release of held) release();
    held.clear();
    return harness.supervisor.close();
  });

  const settled = (
    options: { timeoutMs?: number; since?: number; signal?: AbortSignal } = {},
  ): Promise<SettledOutcome> =>
    harness.supervisor.settled('users', {
      timeoutMs: 10_000,
      since: undefined,
      signal: new AbortController().signal,
      ...options,
    });
  /** Answers of the target by the request's body; others are answered at once. */
  const hold = (body: string): (() => void) => {
    let release!: () => void;
    const answer = new Promise<number>((resolve) => (release = () => resolve(200)));
    held.add(release);
    const { script } = harness.target;
    harness.target.script = (request, ...rest) =>
      request.body === body ? answer : script(request, ...rest);
    return release;
  };
  const sent = (body: string): Promise<void> =>
    until(() => harness.target.bodies.includes(body), `${body} is sent`);

  it('ends at once when there is nothing to wait for', async () => {
    await harness.run(pipeResource({}, { StartingPosition: 'LATEST' }));
    assert.deepEqual(await settled(), { result: 'settled', deadLettered: 0 });
  });

  it('waits for what was written before, and not for what came after', async () => {
    await harness.run();
    const release = hold('a=1');
    hold('b=1');
    harness.stream.write('a', 1);
    const waiting = settled();
    let ended = false;
    void waiting.then(() => (ended = true));
    await sent('a=1');
    harness.stream.write('b', 1);
    await sent('b=1');
    assert.equal(ended, false);
    release();
    assert.equal((await waiting).result, 'settled');
    assert.equal(harness.supervisor.status('users')!.inFlight, 1);
  });

  it('waits for the whole lane of an item, though others overtake it', async () => {
    await harness.run();
    const release = hold('a=1');
    for (const v of [1, 2, 3]) harness.stream.write('a', v);
    harness.stream.write('b', 1);
    const waiting = settled();
    await sent('b=1');
    release();
    await waiting;
    assert.deepEqual(harness.target.bodies, ['a=1', 'b=1', 'a=2', 'a=3']);
  });

  it('counts a record as done when no filter lets it through', async () => {
    const FilterCriteria = { Filters: [{ Pattern: PATTERN }] };
    const { sourceParameters } = pipeResource();
    await harness.run(pipeResource({ sourceParameters: { ...sourceParameters, FilterCriteria } }));
    harness.stream.write('a', 'unwanted');
    assert.equal((await settled()).result, 'settled');
    assert.equal(harness.supervisor.status('users')!.filtered, 1);
  });

  it('says how many records were given up, while it waited or since a moment', async () => {
    await harness.run(pipeResource({}, { MaximumRetryAttempts: 0 }));
    harness.target.script = () => 400;
    const before = Date.now();
    harness.stream.write('a', 1);
    harness.stream.write('b', 1);
    assert.deepEqual(await settled(), { result: 'settled', deadLettered: 2 });
    const after = await settled({ since: Date.now() + 1 });
    assert.deepEqual(after, { result: 'settled', deadLettered: 0 });
    assert.equal((await settled({ since: before })).deadLettered, 2);
  });

  it('ends when its time is over, or the caller is gone', async () => {
    await harness.run();
    hold('a=1');
    harness.stream.write('a', 1);
    assert.deepEqual(await settled({ timeoutMs: 20 }), { result: 'timeout', deadLettered: 0 });
    const gone = new AbortController();
    const waiting = settled({ signal: gone.signal });
    gone.abort();
    assert.equal((await waiting).result, 'timeout');
  });

  for (const tellsNewest of [true, false])
    it(`is not held up by writes that never end, from a source that ${tellsNewest ? 'names' : 'does not name'} its newest record`, async () => {
      harness.stream.tellsNewest = tellsNewest;
      await harness.run();
      // Each read finds one more record: none ever finds nothing.
      const { stream } = harness;
      const read = stream.read.bind(stream);
      stream.read = async (shardId, from, limit) => {
        stream.write('busy', 1);
        return read(shardId, from, limit);
      };
      stream.write('a', 1);
      assert.equal((await settled()).result, 'settled');
      assert.ok(harness.target.bodies.includes('a=1'));
    });

  it('waits for the shards that follow one that is not finished yet', async () => {
    harness.stream.addShard('shard-2', 'shard-1');
    await harness.run();
    const release = hold('a=1');
    harness.stream.write('a', 1);
    harness.stream.closeShard('shard-1');
    harness.stream.write('a', 2, { shardId: 'shard-2' });
    const waiting = settled();
    await sent('a=1');
    assert.equal(harness.target.bodies.length, 1);
    release();
    assert.equal((await waiting).result, 'settled');
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=2']);
  });

  it('goes on when the pipe is updated meanwhile', async () => {
    await harness.run();
    harness.target.script = () => 500;
    harness.stream.write('a', 1);
    const waiting = settled();
    await sent('a=1');
    await harness.update('users', { generation: 2, target: TARGET_ARN, currentState: 'UPDATING' });
    harness.target.script = () => 200;
    assert.equal((await waiting).result, 'settled');
    assert.equal(harness.supervisor.status('users')!.delivered, 1);
  });

  it('says when the pipe does not run, or is stopped meanwhile', async () => {
    assert.deepEqual(await settled(), { result: 'not running', deadLettered: 0 });
    await harness.run();
    harness.target.script = () => 500;
    harness.stream.write('a', 1);
    const waiting = settled();
    await sent('a=1');
    await harness.update('users', { desiredState: 'STOPPED', currentState: 'STOPPING' });
    assert.equal((await waiting).result, 'not running');
  });
});
