import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { run, startFreshet, temporaryFolder, type FreshetProcess } from '../support/freshet.js';
import { awsCli } from '../support/programs.js';

/** As `cdk synth` writes it: table, queue, log group, and a pipe from the one to an API that fails. */
const templateFor = (port: number): string => `
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: user
      BillingMode: PAY_PER_REQUEST
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      StreamSpecification: {StreamViewType: NEW_AND_OLD_IMAGES}
  Dead: {Type: 'AWS::SQS::Queue', Properties: {QueueName: dead}}
  Log: {Type: 'AWS::Logs::LogGroup', Properties: {LogGroupName: /pipes/users}}
  Connection:
    Type: AWS::Events::Connection
    Properties:
      Name: target
      AuthorizationType: API_KEY
      AuthParameters: {ApiKeyAuthParameters: {ApiKeyName: X-Api-Key, ApiKeyValue: key-of-the-target}}
  Destination:
    Type: AWS::Events::ApiDestination
    Properties:
      Name: target
      ConnectionArn: !GetAtt Connection.Arn
      InvocationEndpoint: http://127.0.0.1:${port}/users
      HttpMethod: POST
  Pipe:
    Type: AWS::Pipes::Pipe
    Properties:
      Name: users
      RoleArn: arn:aws:iam::000000000000:role/pipe
      Source: !GetAtt Table.StreamArn
      SourceParameters:
        DynamoDBStreamParameters:
          StartingPosition: TRIM_HORIZON
          MaximumRetryAttempts: 0
          DeadLetterConfig: {Arn: !GetAtt Dead.Arn}
      Target: !GetAtt Destination.Arn
      LogConfiguration:
        Level: TRACE
        IncludeExecutionData: [ALL]
        CloudwatchLogsLogDestination: {LogGroupArn: !GetAtt Log.Arn}
`;

describe('a pipe with a dead-letter queue and a log, from a template', () => {
  let target: Server;
  let server: FreshetProcess;
  const client = <T>(Client: new (config: object) => T): T =>
    new Client({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  before(async () => {
    target = createServer((_request, response) => {
      response.writeHead(500).end('no place for user 001');
    });
    await once(target.listen(0, '127.0.0.1'), 'listening');
    const template = join(temporaryFolder(), 'users.yaml');
    writeFileSync(template, templateFor((target.address() as AddressInfo).port));
    server = await startFreshet({ args: ['--template', template] });
  });
  after(async () => {
    await server.stop();
    target.close();
  });

  it("sends AWS's message, by which the record is found in the stream", async () => {
    await client(DynamoDBClient).send(
      new PutItemCommand({ TableName: 'user', Item: { id: { S: '001' } } }),
    );
    const sqs = client(SQSClient);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'dead' }));
    const receive = new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 });
    const { Messages } = await sqs.send(receive);
    const { context, DDBStreamBatchInfo: info } = JSON.parse(Messages![0]!.Body!) as {
      context: object;
      DDBStreamBatchInfo: { streamArn: string; shardId: string; startSequenceNumber: string };
    };
    assert.deepEqual(context, {
      partnerResourceArn: 'arn:aws:pipes:us-east-1:000000000000:pipe/users',
      condition: 'RetryAttemptsExhausted',
    });
    const streams = client(DynamoDBStreamsClient);
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({
        StreamArn: info.streamArn,
        ShardId: info.shardId,
        ShardIteratorType: 'AT_SEQUENCE_NUMBER',
        SequenceNumber: info.startSequenceNumber,
      }),
    );
    const { Records } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    assert.deepEqual(Records![0]!.dynamodb!.Keys, { id: { S: '001' } });
  });

  it('tells its executions to aws logs tail, without secrets', { skip: awsCli.skip }, async () => {
    const { code, stdout, stderr } = await run(
      awsCli.command,
      ['logs', 'tail', '/pipes/users', '--format', 'short', '--region', 'us-east-1'].concat(
        '--endpoint-url',
        server.endpoint,
      ),
      { AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_PAGER: '' },
    );
    assert.equal(code, 0, stderr);
    for (const type of ['ExecutionStarted', 'TargetInvocationFailed', 'ExecutionFailed'])
      assert.match(stdout, new RegExp(`"messageType":"${type}"`));
    assert.match(stdout, /no place for user 001/);
    assert.doesNotMatch(stdout + server.output(), /key-of-the-target/);
  });
});
