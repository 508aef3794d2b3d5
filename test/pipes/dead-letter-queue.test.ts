import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Harness, pipeResource, STREAM_ARN, until } from './harness.js';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:dead';
const LIMITS = { DeadLetterConfig: { Arn: QUEUE }, MaximumRetryAttempts: 0 };

describe('the dead-letter queue of a pipe', () => {
  let harness: Harness;
  beforeEach(() => {
    harness = new Harness();
    harness.target.script = () => 500;
  });
  afterEach(() => harness.supervisor.close());

  const sent = (): object[] =>
    (harness.queues.queues.get(QUEUE) ?? []).map(({ body }) => JSON.parse(body) as object);

  it("gets AWS's message about each record that is given up", async () => {
    harness.queues.queues.set(QUEUE, []);
    await harness.run(pipeResource({}, LIMITS));
    const writtenAt = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const number = harness.stream.write('a', 1, { writtenAt });
    await harness.idle();
    const [letter] = await harness.state.deadLetters.list('users');
    assert.deepEqual(sent(), [
      {
        context: {
          partnerResourceArn: 'arn:aws:pipes:us-east-1:000000000000:pipe/users',
          condition: 'RetryAttemptsExhausted',
        },
        version: '1.0',
        timestamp: new Date(letter!.failedAt).toISOString(),
        DDBStreamBatchInfo: {
          shardId: 'shard-1',
          startSequenceNumber: number,
          endSequenceNumber: number,
          approximateArrivalOfFirstRecord: '2026-01-02T03:04:05Z',
          approximateArrivalOfLastRecord: '2026-01-02T03:04:05Z',
          batchSize: 1,
          streamArn: STREAM_ARN,
        },
      },
    ]);
  });

  it('says RecordAgeExceeded of a record that became too old', async () => {
    harness.queues.queues.set(QUEUE, []);
    await harness.run(pipeResource({}, { ...LIMITS, MaximumRecordAgeInSeconds: 60 }));
    harness.stream.write('a', 1, { writtenAt: Date.now() - 61_000 });
    await harness.idle();
    const [message] = sent() as { context: { condition: string } }[];
    assert.equal(message?.context.condition, 'RecordAgeExceeded');
  });

  it('must be there when the pipe is created', async () => {
    await harness.run(pipeResource({}, LIMITS));
    const pipe = await harness.state.pipes.get('users');
    assert.equal(pipe?.currentState, 'CREATE_FAILED');
    assert.match(
      pipe.stateReason!,
      /^Input parameter is invalid from the request due to : Error occurred while sending message to SQS queue: arn:aws:sqs:us-east-1:000000000000:dead: there is no such queue here\./,
    );
  });

  it('holds the record back while it is not there, and keeps one dead letter of it', async () => {
    harness.queues.queues.set(QUEUE, []);
    await harness.run(pipeResource({}, LIMITS));
    harness.queues.queues.delete(QUEUE);
    harness.stream.write('a', 1);
    await until(
      () => harness.logLines.some((line) => line.includes('dead letter could not be stored')),
      'the letter was tried',
    );
    assert.equal(harness.supervisor.status('users')?.idle, false);
    harness.queues.queues.set(QUEUE, []);
    await harness.idle();
    assert.equal(sent().length, 1);
    const letters = await harness.state.deadLetters.list('users');
    assert.equal(letters.length, 1);
  });

  it('is not needed for a pipe that ran before to go on after a restart', async () => {
    harness.queues.queues.set(QUEUE, []);
    await harness.run(pipeResource({}, LIMITS));
    await harness.pipeIs('RUNNING');
    harness.queues.queues.delete(QUEUE);
    await harness.restart();
    await harness.pipeIs('RUNNING');
  });
});
