import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { MAX_SPAN } from '../../src/pipes/read-ahead.js';
import type { PipeResource, PipeSourceParameters } from '../../src/state/index.js';
import { cases } from '../support/property.js';
import { attemptOf, Harness, pipeResource, until, type Answer } from './harness.js';

type Stream = Partial<PipeSourceParameters['DynamoDBStreamParameters']>;

function coalescing(overrides: Partial<PipeResource> = {}, stream: Stream = {}): PipeResource {
  return pipeResource({ tags: { 'freshet:coalesce': 'latest-per-item' }, ...overrides }, stream);
}

/** Something that others wait for until it is opened. */
class Gate {
  open!: () => void;
  readonly passed = new Promise<void>((resolve) => (this.open = resolve));
}

describe('a pipe that coalesces', () => {
  let harness: Harness;
  beforeEach(() => (harness = new Harness()));
  afterEach(() => harness.supervisor.close());

  const status = () => harness.supervisor.status('users')!;
  const read = (records: number) =>
    until(() => status().read === records, `${String(records)} records are read`);

  it('sends of what waits behind a delivery the newest state only', async () => {
    const gate = new Gate();
    harness.target.script = ({ body }) => (body === 'a=1' ? gate.passed.then(() => 200) : 200);
    await harness.run(coalescing());
    harness.stream.write('a', 1);
    await until(() => harness.target.requests.length === 1, 'the first is being sent');
    for (let v = 2; v <= 9; v += 1) harness.stream.write('a', v);
    harness.stream.write('b', 1);
    await read(10);
    assert.deepEqual([status().coalesced, status().waiting], [7, 1]);
    gate.open();
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'b=1', 'a=9']);
    assert.deepEqual([status().delivered, status().coalesced], [3, 7]);
  });

  it('sends the newest state as well of what waits for the rate limit', async () => {
    const gate = new Gate();
    harness.target.turn = () => gate.passed;
    await harness.run(coalescing());
    for (const [pk, v] of [
      ['a', 1],
      ['b', 1],
      ['a', 2],
      ['a', 3],
    ] as const)
      harness.stream.write(pk, v);
    await read(4);
    assert.equal(status().inFlight, 2);
    harness.stream.write('a', 4);
    await read(5);
    gate.open();
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=4', 'b=1']);
    assert.equal(status().coalesced, 3);
  });

  it('asks its enrichment about the newest state', async () => {
    const gate = new Gate();
    const enrichment = 'arn:aws:events:us-east-1:000000000000:api-destination/lookup/1';
    harness.target.turn = () => gate.passed;
    harness.target.script = ({ body }, _signal, arn) =>
      arn === enrichment ? { status: 200, answer: body } : 200;
    await harness.run(
      coalescing({ enrichment, targetParameters: { InputTemplate: '<$.eventID>' } }),
    );
    harness.stream.write('a', 1);
    const newest = harness.stream.write('a', 2);
    await read(2);
    gate.open();
    await harness.idle();
    assert.deepEqual(harness.target.bodies.slice(1), [`"e${newest}"`]);
  });

  it('sends in place of what failed the newest state, and with all its tries', async () => {
    const gate = new Gate();
    const failing: Answer = { status: 503, outcome: 'retry', retryAfterMs: 100 };
    harness.target.script = ({ body }) =>
      body === 'a=1' ? gate.passed.then(() => failing) : body === 'a=4' ? 200 : failing;
    await harness.run(coalescing({}, { MaximumRetryAttempts: 1 }));
    harness.stream.write('a', 1);
    await until(() => harness.target.requests.length === 1, 'the first is being sent');
    harness.stream.write('a', 2);
    await read(2);
    gate.open(); // the first fails while the second waits behind it
    await until(() => harness.target.requests.length === 2, 'the second was sent');
    harness.stream.write('a', 3);
    harness.stream.write('a', 4);
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=2', 'a=4']);
    assert.deepEqual([status().delivered, status().coalesced, status().deadLettered], [1, 3, 0]);
  });

  it('gives up what it sent last, and goes on with what came since', async () => {
    const gate = new Gate();
    harness.target.script = ({ body }) => (body === 'a=2' ? gate.passed.then(() => 400) : 200);
    harness.target.turn = () => Promise.resolve();
    await harness.run(coalescing());
    harness.stream.write('a', 1);
    harness.stream.write('a', 2);
    await until(() => harness.target.inFlight === 1, 'the second is being sent');
    harness.stream.write('a', 3);
    await read(3);
    gate.open();
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=2', 'a=3']);
    const [letter] = harness.state.deadLetters.letters;
    assert.match(JSON.stringify(letter!.record), /"v":\{"S":"2"\}/);
    assert.equal(status().deadLettered, 1);
  });

  it('deletes in its turn what was removed, and does not send what came before', async () => {
    const gate = new Gate();
    harness.target.turn = () => gate.passed;
    await harness.run(
      coalescing({
        tags: { 'freshet:coalesce': 'latest-per-item', 'freshet:on-remove': 'DELETE' },
      }),
    );
    harness.stream.write('a', 1, { eventName: 'INSERT' });
    harness.stream.write('a', 1, { eventName: 'REMOVE' });
    harness.stream.write('b', 1, { eventName: 'REMOVE' });
    harness.stream.write('b', 2, { eventName: 'INSERT' });
    await read(4);
    gate.open();
    await harness.idle();
    assert.deepEqual(
      harness.target.requests.map(({ method, body }) => [method, body]),
      [
        ['DELETE', ''],
        [undefined, 'b=2'],
      ],
    );
  });

  it('sends all states of an item when its target is in no hurry', async () => {
    await harness.run(coalescing());
    for (let v = 1; v <= 5; v += 1) {
      harness.stream.write('a', v);
      await harness.idle();
    }
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=2', 'a=3', 'a=4', 'a=5']);
    assert.equal(status().coalesced, 0);
  });

  it('tells of tries that end before their request is made, and sends the newest state later', async () => {
    const deliver = harness.target.deliver.bind(harness.target);
    let tries = 0;
    harness.target.deliver = (...call) => {
      tries += 1;
      return tries > 2 ? deliver(...call) : Promise.resolve(attemptOf({ outcome: 'retry' }));
    };
    await harness.run(coalescing());
    harness.stream.write('a', 1);
    harness.stream.write('a', 2);
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=2']);
    const failed = harness.supervisor
      .metrics('users', 0)!
      .find(({ MetricName }) => MetricName === 'ExecutionFailed')!;
    assert.equal(
      failed.Datapoints.reduce((sum, point) => sum + point.sum, 0),
      2,
    );
  });

  it('leaves dead letters that are sent again alone', async () => {
    let broken = true;
    harness.target.script = ({ body }) => (broken && body === 'a=1' ? 400 : 200);
    harness.currentItem = () => Promise.resolve(undefined);
    await harness.run(coalescing());
    harness.stream.write('a', 1);
    await harness.idle();
    broken = false;
    const gate = new Gate();
    harness.target.turn = () => gate.passed;
    const [letter] = harness.state.deadLetters.letters;
    const replayed = harness.supervisor.replay(letter!, true)!;
    harness.stream.write('a', 2);
    harness.stream.write('a', 3);
    await read(3);
    gate.open();
    assert.deepEqual(await replayed, { result: 'delivered' });
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=1', 'a=3']);
  });

  describe('loses nothing:', () => {
    it('the checkpoint passes a replaced state only with the one in its place', async () => {
      const gate = new Gate();
      harness.target.turn = () => gate.passed;
      await harness.run(coalescing());
      harness.stream.write('a', 1);
      harness.stream.write('a', 2);
      const newest = harness.stream.write('a', 3);
      await read(3);
      await delay(250); // checkpoints are saved in the background
      assert.equal(harness.state.position(), undefined);
      gate.open();
      await until(() => harness.state.position() === newest, 'the checkpoint is at the end');
      assert.deepEqual(harness.target.bodies, ['a=3']);
    });

    it('after a crash the newest state is sent', async () => {
      harness.target.script = () => ({ outcome: 'retry', retryAfterMs: 3_600_000 });
      await harness.run(coalescing());
      for (const pk of ['a', 'b']) harness.stream.write(pk, 0);
      await until(() => status().retried + harness.target.requests.length === 2, 'both were sent');
      for (let v = 1; v <= 100; v += 1) harness.stream.write(v % 2 === 0 ? 'a' : 'b', v);
      await read(102);
      await delay(250); // checkpoints are saved in the background
      harness.target.script = () => 200;
      await harness.crash();
      await harness.idle();
      const { bodies } = harness.target;
      assert.equal(
        bodies.findLast((body) => body.startsWith('a')),
        'a=100',
      );
      assert.equal(
        bodies.findLast((body) => body.startsWith('b')),
        'b=99',
      );
    });

    it('its oldest undelivered change is that of the oldest state that was replaced', async () => {
      const gate = new Gate();
      harness.target.turn = () => gate.passed;
      await harness.run(coalescing());
      const writtenAt = Date.now() - 60_000;
      harness.stream.write('a', 1, { writtenAt });
      harness.stream.write('a', 2);
      await read(2);
      assert.ok(status().oldestUndeliveredMs! >= 60_000);
      gate.open();
      await harness.idle();
      assert.equal(status().oldestUndeliveredMs, undefined);
    });
  });

  it('reads on, however much is written to a few items while their target is down', async () => {
    harness.target.script = () => ({ outcome: 'retry' });
    await harness.run(coalescing());
    const writes = 4 * MAX_SPAN;
    for (let v = 1; v <= writes; v += 1) harness.stream.write(`item ${v % 40}`, v);
    await read(writes);
    assert.equal(status().waiting + status().inFlight, 40);
    harness.target.script = () => 200;
    await harness.idle();
    const last = harness.target.bodies.slice(-40).map((body) => Number(body.split('=')[1]));
    assert.deepEqual(
      last.sort((a, b) => a - b),
      Array.from({ length: 40 }, (_, index) => writes - 39 + index),
    );
  });

  it('never sends an older state after a newer one, and always the last', async () => {
    const step = fc.record({
      item: fc.constantFrom('a', 'b', 'c'),
      /** What the target answers to the state, attempt for attempt; then 200. */
      answers: fc.array(fc.constantFrom(200, 400, 429, 500, 503), { maxLength: 3 }),
      pause: fc.constantFrom(0, 0, 0, 1, 3),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
        const own = new Harness();
        const answers = new Map(
          steps.map((one, v) => [`${one.item}=${String(v)}`, [...one.answers]]),
        );
        const taken: string[] = [];
        own.target.turn = () => delay(Math.random() * 3);
        own.target.script = async ({ body }) => {
          const status = answers.get(body)!.shift() ?? 200;
          await delay(Math.random() * 2);
          taken.push(body);
          return status;
        };
        try {
          await own.run(coalescing());
          for (const [v, { item, pause }] of steps.entries()) {
            own.stream.write(item, v);
            if (pause > 0) await delay(pause);
          }
          await own.idle();
          for (const item of ['a', 'b', 'c']) {
            const sent = taken
              .filter((body) => body.startsWith(item))
              .map((body) => Number(body.slice(2)));
            const inOrder = [...sent].sort((one, other) => one - other);
            assert.deepEqual(sent, inOrder, 'none is sent after a newer one');
            const last = steps.findLastIndex((one) => one.item === item);
            assert.equal(sent.at(-1), last < 0 ? undefined : last);
          }
          const { read, delivered, coalesced, deadLettered } = own.supervisor.status('users')!;
          assert.equal(read, delivered + coalesced + deadLettered);
        } finally {
          await own.supervisor.close();
        }
      }),
      cases(40),
    );
  });
});
