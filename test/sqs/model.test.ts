import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cases } from '../support/property.js';
import { QueueHarness } from './harness.js';

const VISIBILITY_S = 10;

type Step =
  | { do: 'send'; group: string; delay: number }
  | { do: 'receive'; max: number }
  | { do: 'delete'; which: number }
  | { do: 'release'; which: number }
  | { do: 'wait'; seconds: number }
  | { do: 'reopen' };

const STEP: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      group: fc.constantFrom('a', 'b', 'c'),
      delay: fc.constantFrom(0, 0, 5),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('receive' as const),
      max: fc.integer({ min: 1, max: 10 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('delete' as const), which: fc.nat(20) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('release' as const), which: fc.nat(20) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.integer({ min: 1, max: 15 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);

interface Modelled {
  body: string;
  group: string;
  visibleAt: number;
  handle: string | undefined;
}

/** What a queue should do, in the plainest way. */
class Model {
  readonly messages: Modelled[] = [];
  readonly #isFifo: boolean;

  constructor(isFifo: boolean) {
    this.#isFifo = isFifo;
  }

  /** All that may be received now, in the order of a FIFO queue. */
  available(now: number): Modelled[] {
    const locked = new Set<string>();
    return this.messages.filter(({ group, visibleAt }) => {
      if (visibleAt <= now) return !(this.#isFifo && locked.has(group));
      locked.add(group);
      return false;
    });
  }
}

async function follow(harness: QueueHarness, isFifo: boolean, steps: Step[]): Promise<void> {
  const name = `q${String(Math.random()).slice(2)}${isFifo ? '.fifo' : ''}`;
  const attributes = { VisibilityTimeout: String(VISIBILITY_S) };
  const fifo = { FifoQueue: 'true', DelaySeconds: '0' };
  const url = await harness.create(name, { ...attributes, ...(isFifo && fifo) });
  const model = new Model(isFifo);
  let sent = 0;
  for (const step of steps) {
    const now = harness.clock.time;
    const held = model.messages.filter(({ handle }) => handle !== undefined);
    const chosen = 'which' in step ? held[step.which % held.length] : undefined;
    switch (step.do) {
      case 'send': {
        const { group } = step;
        const body = String((sent += 1));
        const delay = isFifo ? 0 : step.delay;
        await harness.send(
          url,
          body,
          isFifo
            ? { MessageGroupId: group, MessageDeduplicationId: body }
            : { DelaySeconds: delay },
        );
        model.messages.push({ body, group, visibleAt: now + delay * 1000, handle: undefined });
        break;
      }
      case 'receive': {
        const available = model.available(now);
        const received = await harness.receive(url, { MaxNumberOfMessages: step.max });
        const expected = available.slice(0, step.max).map(({ body }) => body);
        const got = received.map(({ Body }) => Body);
        if (isFifo) assert.deepEqual(got, expected);
        assert.equal(got.length, expected.length);
        for (const { Body, ReceiptHandle } of received) {
          const message = available.find(({ body }) => body === Body);
          assert.ok(message, `${Body} cannot be seen`);
          message.visibleAt = now + VISIBILITY_S * 1000;
          message.handle = ReceiptHandle;
        }
        break;
      }
      case 'delete':
        if (chosen === undefined) break;
        await harness.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: chosen.handle });
        model.messages.splice(model.messages.indexOf(chosen), 1);
        break;
      case 'release': {
        if (chosen === undefined) break;
        const change = { QueueUrl: url, ReceiptHandle: chosen.handle, VisibilityTimeout: 0 };
        const changed = harness.call('ChangeMessageVisibility', change);
        if (chosen.visibleAt <= now) await assert.rejects(changed, { code: 'MessageNotInflight' });
        else {
          await changed;
          chosen.visibleAt = now;
        }
        break;
      }
      case 'wait':
        harness.clock.time += step.seconds * 1000;
        break;
      case 'reopen':
        await harness.reopen();
    }
  }
  await harness.call('DeleteQueue', { QueueUrl: url });
}

describe('any sequence of sends, receives, deletions and waits', () => {
  for (const isFifo of [false, true])
    it(`shows of a ${isFifo ? 'FIFO' : 'standard'} queue what a plain model shows`, async (test) => {
      const harness = await QueueHarness.open(test);
      await fc.assert(
        fc.asyncProperty(fc.array(STEP, { minLength: 1, maxLength: 40 }), (steps) =>
          follow(harness, isFifo, steps),
        ),
        cases(60),
      );
    });
});
