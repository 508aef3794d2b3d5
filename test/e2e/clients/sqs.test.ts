import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  ChangeMessageVisibilityBatchCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  QueueNameExists,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { run, startFreshet, temporaryFolder, type FreshetProcess } from '../../support/freshet.js';
import { awsCli, pythonWithBoto3 } from '../../support/programs.js';

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), '..', 'boto3', 'queues.py');

describe('queues, with the official clients', () => {
  let server: FreshetProcess;
  before(async () => {
    server = await startFreshet();
  });
  after(() => server.stop());

  it('the JavaScript SDK sends, receives in batches, and meets the errors as classes', async () => {
    const sqs = clientOf(server);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'js' }));
    assert.deepEqual(
      (await sqs.send(new GetQueueUrlCommand({ QueueName: 'js' }))).QueueUrl,
      QueueUrl,
    );
    const bodies = Array.from({ length: 10 }, (_, n) => `body ${String(n)}`);
    const sent = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: bodies.map((MessageBody, n) => ({ Id: String(n), MessageBody })),
      }),
    );
    assert.equal(sent.Successful?.length, 10);
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    assert.deepEqual(Messages.map(({ Body }) => Body).sort(), bodies);
    const [first, ...others] = Messages.map(({ ReceiptHandle }, n) => ({
      Id: String(n),
      ReceiptHandle,
    }));
    await sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: [{ ...first!, VisibilityTimeout: 0 }],
      }),
    );
    const deleted = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: others }));
    assert.equal(deleted.Successful?.length, 9);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    assert.equal(Attributes?.['ApproximateNumberOfMessages'], '1');
    await assert.rejects(
      sqs.send(new GetQueueUrlCommand({ QueueName: 'absent' })),
      QueueDoesNotExist,
    );
    await assert.rejects(
      sqs.send(new CreateQueueCommand({ QueueName: 'js', Attributes: { DelaySeconds: '5' } })),
      QueueNameExists,
    );
    await assert.rejects(
      sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: [] })),
      (error: Error) => error.name === 'EmptyBatchRequest',
    );
    const { Failed } = await sqs.send(
      new DeleteMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', ReceiptHandle: 'x' }] }),
    );
    assert.equal(Failed?.[0]?.Code, 'ReceiptHandleIsInvalid');
  });

  it('a waiting receiver is told at once when a message comes', async () => {
    const sqs = clientOf(server);
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'wait' }));
    const waiting = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    const started = performance.now();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'now' }));
    assert.equal((await waiting).Messages?.[0]?.Body, 'now');
    assert.ok(performance.now() - started < 10_000);
  });

  it('messages outlive kill -9', async () => {
    const data = temporaryFolder();
    const killed = await startFreshet({ data });
    const { QueueUrl } = await clientOf(killed).send(new CreateQueueCommand({ QueueName: 'kept' }));
    await clientOf(killed).send(new SendMessageCommand({ QueueUrl, MessageBody: 'still here' }));
    await killed.kill();
    const again = await startFreshet({ data });
    try {
      const sqs = clientOf(again);
      const { QueueUrl: url } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'kept' }));
      const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url }));
      assert.equal(Messages?.[0]?.Body, 'still here');
    } finally {
      await again.stop();
    }
  });

  it('boto3 does, whatever protocol it speaks', { skip: pythonWithBoto3.skip }, async () => {
    const script = await run(pythonWithBoto3.command, [SCRIPT, server.endpoint]);
    assert.equal(script.code, 0, script.stderr);
  });

  it('the aws command does', { skip: awsCli.skip }, async () => {
    const aws = async (...args: string[]): Promise<{ code: number | null; text: string }> => {
      const { code, stdout, stderr } = await run(
        awsCli.command,
        ['--endpoint-url', server.endpoint, '--region', 'us-east-1', 'sqs', ...args],
        { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_PAGER: '' },
      );
      return { code, text: code === 0 ? stdout : stderr };
    };
    const right = async (...args: string[]): Promise<Record<string, unknown>> => {
      const { code, text } = await aws(...args);
      assert.equal(code, 0, text);
      return (text.trim() === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    };
    const url = String((await right('create-queue', '--queue-name', 'cli'))['QueueUrl']);
    await right('send-message', '--queue-url', url, '--message-body', 'a & <b>');
    const { Messages } = (await right('receive-message', '--queue-url', url)) as {
      Messages: [{ Body: string; ReceiptHandle: string }];
    };
    assert.equal(Messages[0].Body, 'a & <b>');
    await right(
      ...['delete-message', '--queue-url', url, '--receipt-handle', Messages[0].ReceiptHandle],
    );
    const { code, text } = await aws('get-queue-url', '--queue-name', 'absent');
    assert.notEqual(code, 0);
    assert.match(text, /AWS\.SimpleQueueService\.NonExistentQueue.*does not exist/);
    await right('delete-queue', '--queue-url', url);
  });
});

function clientOf({ endpoint }: { endpoint: string }): SQSClient {
  return new SQSClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
}
