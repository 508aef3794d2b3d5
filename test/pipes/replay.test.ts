import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ReplayOutcome } from '../../src/pipes/index.js';
import type { DeadLetter } from '../../src/state/index.js';
import { Harness, pipeResource, until, type Answer } from './harness.js';

const ONE_TRY = {
  sourceParameters: {
    DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON', MaximumRetryAttempts: 0 },
  },
} as const;

describe('a dead letter that is sent again', () => {
  let harness: Harness;
  let answers: Answer[];
  beforeEach(() => {
    harness = new Harness();
    answers = [];
    harness.target.script = () => answers.shift() ?? 200;
  });
  afterEach(() => harness.supervisor.close());

  /** One letter of item `a` with value 1. */
  async function giveUp(eventName: 'MODIFY' | 'REMOVE' = 'MODIFY'): Promise<DeadLetter> {
    answers = [500];
    harness.stream.write('a', 1, { eventName });
    await harness.run(pipeResource(ONE_TRY));
    await harness.idle();
    const [letter] = await harness.state.deadLetters.list('users');
    return letter!;
  }
  const replay = (letter: DeadLetter, force = false): Promise<ReplayOutcome> =>
    harness.supervisor.replay(letter, force)!;
  const holds = (v: string | undefined): void => {
    harness.currentItem = () =>
      Promise.resolve({ item: v === undefined ? undefined : { pk: { S: 'a' }, v: { S: v } } });
  };

  it('arrives as it would have at first while its item has not changed', async () => {
    const letter = await giveUp();
    holds('1');
    assert.deepEqual(await replay(letter), { result: 'delivered' });
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=1']);
  });

  it('is not sent when its item has changed since, so that nothing newer is overwritten', async () => {
    const letter = await giveUp();
    for (const now of ['2', undefined]) {
      holds(now);
      assert.deepEqual(await replay(letter), { result: 'superseded' });
    }
    assert.deepEqual(await replay(letter, true), { result: 'delivered' });
  });

  it('of a deletion is sent while the item is still gone', async () => {
    const letter = await giveUp('REMOVE');
    holds('1');
    assert.deepEqual(await replay(letter), { result: 'superseded' });
    holds(undefined);
    assert.deepEqual(await replay(letter), { result: 'delivered' });
  });

  it('is not sent when the table cannot be read', async () => {
    assert.deepEqual(await replay(await giveUp()), { result: 'uncertain' });
  });

  it('is tried once, and says why it failed again', async () => {
    const letter = await giveUp();
    holds('1');
    answers = [503];
    assert.deepEqual(await replay(letter), {
      result: 'failed',
      reason: 'The target answered 503.',
    });
    assert.equal(harness.supervisor.status('users')!.waiting, 0);
  });

  it('waits its turn behind the changes of its item that are under way', async () => {
    const letter = await giveUp();
    let release = (_answer: Answer): void => undefined;
    harness.target.script = () => new Promise<Answer>((resolve) => (release = resolve));
    harness.stream.write('a', 2);
    await until(() => harness.target.inFlight === 1, 'the newer change is on its way');
    const outcome = replay(letter);
    holds('2');
    release(200);
    assert.deepEqual(await outcome, { result: 'superseded' });
  });

  it('is told when the pipe stops before it was sent', async () => {
    const letter = await giveUp();
    let release = (): void => undefined;
    harness.currentItem = () => new Promise((resolve) => (release = () => resolve(undefined)));
    const outcome = replay(letter);
    const closed = harness.supervisor.close();
    assert.match(JSON.stringify(await outcome), /The pipe was stopped/);
    release();
    await closed;
  });

  it('cannot be sent while the pipe does not run', async () => {
    const letter = await giveUp();
    await harness.update('users', { desiredState: 'STOPPED', currentState: 'STOPPING' });
    await harness.pipeIs('STOPPED');
    assert.equal(harness.supervisor.replay(letter, false), undefined);
  });
});
