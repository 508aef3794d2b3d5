import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, it } from 'node:test';
import { makeArn } from '../../src/lib/arn.js';
import { QueueHarness } from './harness.js';

const MINUTE = 60_000;

describe('a queue', () => {
  let harness: QueueHarness;
  let url: string;

  beforeEach(async (test) => {
    harness = await QueueHarness.open(test as never);
    url = await harness.create('q', { VisibilityTimeout: '30' });
  });

  it('hides what was received, and shows it again when its time is over', async () => {
    await harness.send(url, 'a');
    const [first] = await harness.receive(url);
    assert.equal(first!.Attributes['ApproximateReceiveCount'], '1');
    assert.deepEqual(await harness.bodies(url), []);
    harness.clock.time += 30_000;
    const [second] = await harness.receive(url);
    assert.equal(second!.Attributes['ApproximateReceiveCount'], '2');
    assert.equal(
      second!.Attributes['ApproximateFirstReceiveTimestamp'],
      first!.Attributes['ApproximateFirstReceiveTimestamp'],
    );
    assert.notEqual(second!.ReceiptHandle, first!.ReceiptHandle);
  });

  it('deletes by the latest receipt handle only', async () => {
    await harness.send(url, 'a');
    const [first] = await harness.receive(url, { VisibilityTimeout: 0 });
    const [second] = await harness.receive(url, { VisibilityTimeout: 0 });
    await harness.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: first!.ReceiptHandle });
    assert.deepEqual(await harness.bodies(url, { VisibilityTimeout: 0 }), ['a']);
    await harness.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: second!.ReceiptHandle });
    const [third] = await harness.receive(url, { VisibilityTimeout: 0 });
    assert.equal(third?.Body, 'a'); // received again in between
    await harness.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: third.ReceiptHandle });
    assert.deepEqual(await harness.bodies(url), []);
  });

  it('takes nothing for a receiver whose request is wrong', async () => {
    await harness.send(url, 'a');
    await assert.rejects(harness.receive(url, { AttributeNames: 'All' }), {
      code: 'SerializationException',
    });
    assert.deepEqual(await harness.bodies(url), ['a']);
  });

  it('asks for what is to be set, tagged or untagged', async () => {
    for (const [operation, member] of [
      ['SetQueueAttributes', 'Attributes'],
      ['TagQueue', 'Tags'],
      ['UntagQueue', 'TagKeys'],
    ] as const) {
      await assert.rejects(harness.call(operation, { QueueUrl: url }), {
        code: 'MissingParameter',
        message: `The request must contain the parameter ${member}.`,
      });
    }
  });

  it('takes members of attributes that are null for none', async () => {
    const attribute = { DataType: 'String', StringValue: 'x', BinaryValue: null };
    await harness.send(url, 'a', { MessageAttributes: { n: attribute } });
    const [received] = await harness.receive(url, { MessageAttributeNames: ['All'] });
    assert.deepEqual((received as { MessageAttributes?: object }).MessageAttributes, {
      n: { DataType: 'String', StringValue: 'x' },
    });
    const without = { n: { DataType: 'Binary', BinaryValue: null } };
    await assert.rejects(
      harness.send(url, 'a', { MessageAttributes: without }),
      /non-empty message attribute value/,
    );
  });

  it('changes how long a message stays hidden, while it is', async () => {
    await harness.send(url, 'a');
    const [{ ReceiptHandle }] = (await harness.receive(url)) as unknown as [
      { ReceiptHandle: string },
    ];
    const change = { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 100 };
    await harness.call('ChangeMessageVisibility', change);
    harness.clock.time += 99_000;
    assert.deepEqual(await harness.bodies(url), []);
    harness.clock.time += 1_000;
    await assert.rejects(harness.call('ChangeMessageVisibility', change), {
      code: 'MessageNotInflight',
    });
    assert.deepEqual(await harness.bodies(url), ['a']);
  });

  it('delays messages, each by its own time or by that of the queue', async () => {
    const delayed = await harness.create('delayed', { DelaySeconds: '10' });
    await harness.send(delayed, 'by the queue');
    await harness.send(delayed, 'at once', { DelaySeconds: 0 });
    assert.deepEqual(await harness.bodies(delayed), ['at once']);
    const { Attributes } = await harness.call('GetQueueAttributes', {
      QueueUrl: delayed,
      AttributeNames: ['ApproximateNumberOfMessagesDelayed'],
    });
    assert.deepEqual(Attributes, { ApproximateNumberOfMessagesDelayed: '1' });
    harness.clock.time += 10_000;
    assert.deepEqual(await harness.bodies(delayed), ['by the queue']);
  });

  it('wakes who waits as soon as a message comes, and lets go who has gone', async () => {
    const waiting = harness.bodies(url, { WaitTimeSeconds: 20 });
    await harness.send(url, 'a');
    assert.deepEqual(await waiting, ['a']);
    const gone = new AbortController();
    const input = { QueueUrl: url, WaitTimeSeconds: 20 };
    const left = harness.call('ReceiveMessage', input, gone.signal);
    gone.abort();
    assert.deepEqual(await left, {});
    await harness.send(url, 'b');
    assert.deepEqual(await harness.bodies(url), ['b']);
  });

  it('forgets what it kept for as long as it is to', async () => {
    await harness.send(url, 'old');
    harness.clock.time += 3 * 24 * 60 * MINUTE;
    await harness.send(url, 'new');
    harness.clock.time += 2 * 24 * 60 * MINUTE;
    assert.deepEqual(await harness.bodies(url), ['new']);
  });

  it('is found with its messages, hidden ones too, by the next process', async () => {
    await harness.send(url, 'hidden');
    assert.deepEqual(await harness.bodies(url), ['hidden']);
    await harness.send(url, 'x'.repeat(900_000), {
      MessageAttributes: { n: { DataType: 'Number', StringValue: '1' } },
    });
    await harness.reopen();
    const [message, ...others] = await harness.receive(url, { MessageAttributeNames: ['All'] });
    assert.equal(message!.Body.length, 900_000);
    assert.deepEqual(others, []);
    harness.clock.time += 30_000;
    const found = await harness.receive(url);
    assert.deepEqual(found.map(({ Body }) => Body.length).sort(), [6, 900_000]);
    assert.deepEqual(
      found.map(({ Attributes }) => Attributes['ApproximateReceiveCount']),
      ['2', '2'],
    );
  });

  it('moves what was received too often to its dead-letter queue', async () => {
    const dead = await harness.create('dead');
    const deadLetterTargetArn = makeArn(
      { region: 'us-east-1', accountId: '000000000000' },
      'sqs',
      'dead',
    );
    await harness.call('SetQueueAttributes', {
      QueueUrl: url,
      Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }) },
    });
    const { MessageId } = await harness.send(url, 'a');
    for (let received = 0; received < 2; received += 1)
      assert.deepEqual(await harness.bodies(url, { VisibilityTimeout: 0 }), ['a']);
    assert.deepEqual(await harness.bodies(url), []);
    const [message] = await harness.receive(dead);
    assert.equal(message!.Body, 'a');
    assert.equal((message as unknown as { MessageId: string }).MessageId, MessageId);
    assert.match(message!.Attributes['DeadLetterQueueSourceArn']!, /:q$/);
  });

  it('is empty after a purge, and gone after it was deleted', async () => {
    await harness.send(url, 'a');
    await harness.call('PurgeQueue', { QueueUrl: url });
    assert.deepEqual(await harness.bodies(url), []);
    await harness.send(url, 'b');
    await harness.call('DeleteQueue', { QueueUrl: url });
    await assert.rejects(harness.send(url, 'c'), { code: 'QueueDoesNotExist' });
    assert.deepEqual(await harness.bodies(await harness.create('q')), []);
  });
});

describe('a FIFO queue', () => {
  let harness: QueueHarness;
  let url: string;
  const send = (body: string, MessageGroupId: string, more: object = {}) =>
    harness.send(url, body, { MessageGroupId, ...more });

  beforeEach(async (test) => {
    harness = await QueueHarness.open(test as never);
    url = await harness.create('q.fifo', {
      FifoQueue: 'true',
      ContentBasedDeduplication: 'true',
    });
  });

  it('keeps a group in order, and shows nothing of it while one of it is received', async () => {
    await Promise.all([send('a1', 'a'), send('a2', 'a'), send('b1', 'b'), send('a3', 'a')]);
    const received = await harness.receive(url, { MaxNumberOfMessages: 1 });
    assert.deepEqual(received[0]!.Body, 'a1');
    assert.deepEqual(await harness.bodies(url), ['b1']);
    const { ReceiptHandle } = received[0]!;
    await harness.call('DeleteMessage', { QueueUrl: url, ReceiptHandle });
    assert.deepEqual(await harness.bodies(url), ['a2', 'a3']);
    harness.clock.time += 30_000;
    assert.deepEqual(await harness.bodies(url), ['a2', 'b1', 'a3']);
  });

  it('takes the same message once in five minutes, also in the next process', async () => {
    const { MessageId } = await send('a', 'g');
    assert.equal((await send('a', 'other')).MessageId, MessageId);
    await harness.reopen();
    assert.equal((await send('a', 'g')).MessageId, MessageId);
    assert.deepEqual(await harness.bodies(url), ['a']);
    harness.clock.time += 5 * MINUTE;
    assert.notEqual((await send('a', 'g')).MessageId, MessageId);
  });

  it('asks for a group, and for an id when it does not make one of the content', async () => {
    await assert.rejects(harness.send(url, 'a'), { code: 'MissingParameter' });
    const other = await harness.create('other.fifo', { FifoQueue: 'true' });
    await assert.rejects(harness.send(other, 'a', { MessageGroupId: 'g' }), {
      code: 'InvalidParameterValue',
    });
    await assert.rejects(send('a', 'g', { DelaySeconds: 5 }), { code: 'InvalidParameterValue' });
  });

  it('rests while what is in sight waits for an earlier message of its group', async () => {
    for (const body of ['1', '2']) await harness.send(url, body, { MessageGroupId: 'g' });
    const [first] = await harness.receive(url, { MaxNumberOfMessages: 1 });
    let looks = 0;
    const { clock } = harness;
    const monotonic = clock.monotonic.bind(clock);
    clock.monotonic = () => {
      looks += 1;
      return monotonic();
    };
    const waiting = harness.bodies(url, { WaitTimeSeconds: 20 });
    await delay(50);
    assert.ok(looks < 5, `${String(looks)} looks`);
    await harness.call('DeleteMessage', { QueueUrl: url, ReceiptHandle: first!.ReceiptHandle });
    assert.deepEqual(await waiting, ['2']);
  });
});
