import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, it, type TestContext } from 'node:test';
import { systemClock } from '../../src/lib/clock.js';
import { LogGroups } from '../../src/logs/index.js';
import type { StackResult } from '../../src/templates/index.js';
import { QueueHarness } from '../sqs/harness.js';
import { SCOPE, Server } from './deploying.js';

const ACCOUNT = 'us-east-1:000000000000';

describe('queues of a template, in the queue room itself', () => {
  let server: Server;
  let harness: QueueHarness;
  beforeEach(async (test) => {
    server = new Server();
    harness = await QueueHarness.open(test as TestContext);
    server.api.sqs = (operation, input) => harness.call(operation, input);
  });

  const template = (properties: string): string => `
Resources:
  Dead: {Type: 'AWS::SQS::Queue', Properties: {QueueName: dead}}
  Q:
    Type: AWS::SQS::Queue
    Properties: {QueueName: changes, ${properties}}
Outputs:
  Ref: {Value: !Ref Q}
  Arn: {Value: !GetAtt Q.Arn}
  Name: {Value: !GetAtt Q.QueueName}
`;
  const outputs = ({ outputs: all }: StackResult): string[] => all.map(({ value }) => value);
  const actionOf = ({ resources }: StackResult): string =>
    resources.find(({ logicalId }) => logicalId === 'Q')!.action;
  const attributes = async (): Promise<Record<string, string>> => {
    const { QueueUrl } = await harness.call('GetQueueUrl', { QueueName: 'changes' });
    return (await harness.call('GetQueueAttributes', { QueueUrl, AttributeNames: ['All'] }))
      .Attributes;
  };

  it('are made, changed, and left alone', async () => {
    const redrive = 'RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 3}';
    const made = await server.start(template(`VisibilityTimeout: 60, ${redrive}`));
    assert.deepEqual(outputs(made), [
      'http://localhost/000000000000/changes',
      `arn:aws:sqs:${ACCOUNT}:changes`,
      'changes',
    ]);
    assert.equal((await attributes())['VisibilityTimeout'], '60');
    assert.deepEqual(JSON.parse((await attributes())['RedrivePolicy']!), {
      deadLetterTargetArn: `arn:aws:sqs:${ACCOUNT}:dead`,
      maxReceiveCount: 3,
    });
    assert.equal(
      actionOf(await server.start(template(`VisibilityTimeout: 60, ${redrive}`))),
      'unchanged',
    );
    assert.equal(actionOf(await server.start(template('VisibilityTimeout: 61'))), 'updated');
    assert.equal((await attributes())['VisibilityTimeout'], '61');
  });

  it('get and lose tags', async () => {
    await server.start(template('Tags: [{Key: a, Value: b}, {Key: c, Value: d}]'));
    await server.start(template('Tags: [{Key: c, Value: e}]'));
    const { QueueUrl } = await harness.call('GetQueueUrl', { QueueName: 'changes' });
    const { Tags } = (await harness.call('ListQueueTags', { QueueUrl })) as unknown as {
      Tags: object;
    };
    assert.deepEqual(Tags, { c: 'e' });
  });

  it('of which one is FIFO and has no name get one that ends in .fifo', async () => {
    const text = `
Resources:
  Q: {Type: 'AWS::SQS::Queue', Properties: {FifoQueue: true, ContentBasedDeduplication: true}}
Outputs: {Arn: {Value: !GetAtt Q.Arn}}
`;
    const first = outputs(await server.start(text));
    assert.match(first[0]!, /:shop-Q-[A-Z0-9]{12}\.fifo$/);
    assert.deepEqual(outputs(await server.start(text)), first);
  });
});

describe('log groups of a template, in the room of logs itself', () => {
  it('are made once', async (test) => {
    const folder = mkdtempSync(join(tmpdir(), 'freshet-logs-'));
    test.after(() => rmSync(folder, { recursive: true }));
    const groups = new LogGroups({ folder, scope: SCOPE, clock: systemClock });
    const server = new Server();
    server.api.logs = (operation, input) => groups.invoke(operation, input);
    const text = `
Resources:
  G: {Type: 'AWS::Logs::LogGroup', Properties: {LogGroupName: /pipes/users, RetentionInDays: 7}}
Outputs: {Arn: {Value: !GetAtt G.Arn}}
`;
    const made = await server.start(text);
    assert.equal(made.outputs[0]!.value, `arn:aws:logs:${ACCOUNT}:log-group:/pipes/users:*`);
    assert.match(made.notes.join(), /RetentionInDays has no effect here/);
    assert.equal((await server.start(text)).resources[0]!.action, 'unchanged');
  });
});
