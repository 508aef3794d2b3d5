import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { PipeTargetParameters } from '../../src/state/index.js';
import { Harness, pipeResource, until } from './harness.js';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:changes';
const GROUP = 'arn:aws:logs:us-east-1:000000000000:log-group:/pipes/out';
const TEMPLATE = '<$.dynamodb.Keys.pk.S>=<$.dynamodb.NewImage.v.S>';

describe('targets besides API destinations', () => {
  let harness: Harness;
  beforeEach(() => {
    harness = new Harness();
    harness.queues.queues.set(QUEUE, []);
  });
  afterEach(() => harness.supervisor.close());

  const pipeTo = (
    target: string,
    parameters: PipeTargetParameters,
    source: Parameters<typeof pipeResource>[1] = {},
  ): ReturnType<typeof pipeResource> =>
    pipeResource(
      { target, targetParameters: { InputTemplate: TEMPLATE, ...parameters } },
      { BatchSize: 10, ...source },
    );
  const bodies = (): string[] => harness.queues.queues.get(QUEUE)!.map(({ body }) => body);

  describe('an SQS queue', () => {
    it('gets each event as a message', async () => {
      await harness.run(pipeTo(QUEUE, {}));
      for (const n of [1, 2, 3]) harness.stream.write('a', n);
      await harness.idle();
      assert.deepEqual(harness.queues.queues.get(QUEUE), [
        { body: 'a=1' },
        { body: 'a=2' },
        { body: 'a=3' },
      ]);
    });

    it('gets group and deduplication id from the event', async () => {
      const SqsQueueParameters = {
        MessageGroupId: '$.dynamodb.Keys.pk.S',
        MessageDeduplicationId: '$.eventID',
      };
      await harness.run(pipeTo(QUEUE, { SqsQueueParameters }));
      harness.stream.write('a', 1);
      await harness.idle();
      assert.deepEqual(harness.queues.queues.get(QUEUE), [
        { body: 'a=1', messageGroupId: 'a', messageDeduplicationId: 'e1001' },
      ]);
    });

    it('is tried again while it is not there', async () => {
      harness.queues.queues.delete(QUEUE);
      await harness.run(pipeTo(QUEUE, {}));
      harness.stream.write('a', 1);
      await until(() => harness.supervisor.status('users')?.lastFailure !== undefined, 'a failure');
      assert.equal(
        harness.supervisor.status('users')!.lastFailure!.reason,
        'SendMessage: QueueDoesNotExist: The specified queue does not exist.',
      );
      harness.queues.queues.set(QUEUE, []);
      await harness.idle();
      assert.deepEqual(bodies(), ['a=1']);
    });
  });

  describe('a log group', () => {
    it('gets each event, in the stream and of the time that the parameters name', async () => {
      const CloudWatchLogsParameters = {
        LogStreamName: '$.dynamodb.Keys.pk.S',
        Timestamp: '$.dynamodb.NewImage.v.S',
      };
      await harness.run(pipeTo(GROUP, { CloudWatchLogsParameters }));
      harness.stream.write('a', 1_700_000_000_000);
      await harness.idle();
      assert.deepEqual(harness.logs.events, [
        {
          arn: GROUP,
          logStreamName: 'a',
          timestamp: 1_700_000_000_000,
          message: 'a=1700000000000',
        },
      ]);
    });

    it('gives a record up whose timestamp is none', async () => {
      const CloudWatchLogsParameters = { Timestamp: '$.dynamodb.Keys.pk.S' };
      await harness.run(pipeTo(GROUP, { CloudWatchLogsParameters }));
      harness.stream.write('a', 1);
      await harness.idle();
      const [letter] = await harness.state.deadLetters.list('users');
      assert.match(letter!.reason, /Timestamp \(\$\.dynamodb\.Keys\.pk\.S\) is not a number/);
    });
  });

  describe('BatchSize and MaximumBatchingWindowInSeconds', () => {
    it('hold records back until a batch is full', async () => {
      const window = { BatchSize: 3, MaximumBatchingWindowInSeconds: 300 };
      await harness.run(pipeTo(QUEUE, {}, window));
      for (const n of [1, 2]) harness.stream.write('a', n);
      await delay(50);
      assert.deepEqual(bodies(), []);
      harness.stream.write('b', 3);
      await until(() => bodies().length === 3, 'the batch went off');
      harness.stream.write('a', 4);
      await delay(50);
      assert.equal(bodies().length, 3);
      assert.equal(harness.supervisor.status('users')!.idle, false);
    });

    it('let them go when the window of the first is over', async () => {
      const window = { BatchSize: 3, MaximumBatchingWindowInSeconds: 1 };
      await harness.run(pipeTo(QUEUE, {}, window));
      harness.stream.write('a', 1);
      await delay(500);
      harness.stream.write('a', 2);
      assert.deepEqual(bodies(), []);
      await until(() => bodies().length === 2, 'the window is over', 2_000);
    });

    it('lose nothing of what is held back when the process dies', async () => {
      const window = { BatchSize: 3, MaximumBatchingWindowInSeconds: 300 };
      await harness.run(pipeTo(QUEUE, {}, window));
      for (const n of [1, 2]) harness.stream.write('a', n);
      await delay(20);
      await harness.crash();
      harness.stream.write('a', 3);
      await until(() => bodies().length === 3, 'the batch went off');
      assert.deepEqual(bodies(), ['a=1', 'a=2', 'a=3']);
    });
  });
});
