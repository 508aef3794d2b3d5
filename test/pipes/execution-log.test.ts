import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Harness, pipeResource, TARGET_ARN } from './harness.js';

const GROUP = 'arn:aws:logs:us-east-1:000000000000:log-group:/pipes/users:*';
const ENRICHMENT = TARGET_ARN.replace('cache', 'enrich');

interface LogRecord {
  executionId: string;
  messageType: string;
  logLevel: string;
  payload?: string;
  awsRequest?: string;
  awsResponse?: string;
  truncatedFields?: string[];
  error?: object;
}

const ENTERED = ['StageEntered:INFO', 'TransformationStarted:TRACE'];
const SENT = [...ENTERED, 'TransformationSucceeded:TRACE', 'InvocationStarted:TRACE'];
const SUCCEEDED = [...SENT, 'InvocationSucceeded:TRACE', 'StageSucceeded:INFO'];
const of = (stage: string, types: string[]): string[] => types.map((type) => `${stage}${type}`);

describe("the log of a pipe's executions", () => {
  let harness: Harness;
  beforeEach(() => {
    harness = new Harness();
  });
  afterEach(() => harness.supervisor.close());

  async function logOf(
    logConfiguration: object,
    pipe: Parameters<typeof pipeResource>[0] = {},
  ): Promise<LogRecord[]> {
    const CloudwatchLogsLogDestination = { LogGroupArn: GROUP };
    const configuration = { CloudwatchLogsLogDestination, ...logConfiguration };
    await harness.run(
      pipeResource({ ...pipe, logConfiguration: configuration }, { MaximumRetryAttempts: 0 }),
    );
    harness.stream.write('a', 1);
    await harness.idle();
    assert.ok(harness.logs.events.every(({ arn }) => arn === GROUP));
    return harness.logs.events.map(({ message }) => JSON.parse(message) as LogRecord);
  }
  const typesOf = (records: LogRecord[]): string[] =>
    records.map(({ messageType, logLevel }) => `${messageType}:${logLevel}`);

  it('tells every step at TRACE, all under one execution', async () => {
    const records = await logOf({ Level: 'TRACE' });
    assert.deepEqual(typesOf(records), [
      'ExecutionStarted:INFO',
      ...of('Target', SUCCEEDED),
      'ExecutionSucceeded:INFO',
    ]);
    assert.equal(new Set(records.map(({ executionId }) => executionId)).size, 1);
  });

  it('tells the stages at INFO', async () => {
    assert.deepEqual(typesOf(await logOf({ Level: 'INFO' })), [
      'ExecutionStarted:INFO',
      'TargetStageEntered:INFO',
      'TargetStageSucceeded:INFO',
      'ExecutionSucceeded:INFO',
    ]);
  });

  it('tells failures alone at ERROR', async () => {
    harness.target.script = () => 500;
    const records = await logOf({ Level: 'ERROR' });
    assert.deepEqual(typesOf(records), [
      'TargetInvocationFailed:ERROR',
      'TargetStageFailed:ERROR',
      'ExecutionFailed:ERROR',
    ]);
    assert.deepEqual(records[0]!.error, {
      message: 'The target answered 500.',
      httpStatusCode: 500,
    });
  });

  it('tells what the template cannot make', async () => {
    const HttpParameters = { PathParameterValues: ['$.dynamodb.Keys.absent.S'] };
    const records = await logOf({ Level: 'TRACE' }, { targetParameters: { HttpParameters } });
    assert.deepEqual(typesOf(records), [
      'ExecutionStarted:INFO',
      ...of('Target', ENTERED),
      'TargetTransformationFailed:ERROR',
      'TargetStageFailed:ERROR',
      'ExecutionFailed:ERROR',
    ]);
  });

  it('tells the enrichment, and the target that it leaves nothing for', async () => {
    harness.target.script = () => ({ status: 200, answer: '[]' });
    const records = await logOf({ Level: 'TRACE' }, { enrichment: ENRICHMENT });
    assert.deepEqual(typesOf(records), [
      'ExecutionStarted:INFO',
      ...of('Enrichment', SUCCEEDED),
      'TargetStageSkipped:INFO',
      'ExecutionSucceeded:INFO',
    ]);
  });

  it('holds execution data when it is asked for, and only then', async () => {
    const [without] = await logOf({ Level: 'TRACE' });
    assert.equal(without!.payload, undefined);
    await harness.supervisor.close();
    harness = new Harness();
    const records = await logOf({ Level: 'TRACE', IncludeExecutionData: ['ALL'] });
    const payload = (type: string): string | undefined =>
      records.find(({ messageType }) => messageType === type)?.payload;
    const [started] = JSON.parse(payload('ExecutionStarted')!) as { eventID: string }[];
    assert.equal(started!.eventID, 'e1001');
    assert.equal(payload('TargetTransformationSucceeded'), 'a=1');
    const succeeded = records.find(
      ({ messageType }) => messageType === 'TargetInvocationSucceeded',
    )!;
    assert.equal(succeeded.awsRequest, '{"method":"PUT","url":"https://cache.example/users"}');
    assert.equal(succeeded.awsResponse, '{"status":200,"body":"body"}');
    assert.deepEqual(succeeded.truncatedFields, []);
  });

  it('cuts what is long, and names it', async () => {
    const InputTemplate = '<$.dynamodb.NewImage.v.S>';
    const CloudwatchLogsLogDestination = { LogGroupArn: GROUP };
    const logConfiguration = {
      Level: 'TRACE',
      IncludeExecutionData: ['ALL'],
      CloudwatchLogsLogDestination,
    };
    await harness.run(pipeResource({ targetParameters: { InputTemplate }, logConfiguration }));
    harness.stream.write('a', 'x'.repeat(300_000));
    await harness.idle();
    for (const { message } of harness.logs.events) assert.ok(message.length < 256 * 1024);
    const [first] = harness.logs.events.map(({ message }) => JSON.parse(message) as LogRecord);
    assert.deepEqual(first!.truncatedFields, ['payload']);
  });

  it('says nothing when it is OFF, or not configured', async () => {
    assert.deepEqual(await logOf({ Level: 'OFF' }), []);
  });

  it('is in the process log too', async () => {
    await logOf({ Level: 'INFO' });
    const lines = harness.logLines.filter((line) => line.includes('Pipe execution'));
    assert.equal(lines.length, 4);
  });

  it('goes to a group of the name of the pipe when none of this server is named', async () => {
    const LogGroupArn = 'arn:aws:logs:eu-west-1:123456789012:log-group:theirs:*';
    const logConfiguration = { Level: 'INFO', CloudwatchLogsLogDestination: { LogGroupArn } };
    await harness.run(pipeResource({ logConfiguration }));
    harness.stream.write('a', 1);
    await harness.idle();
    assert.equal(
      harness.logs.events[0]!.arn,
      'arn:aws:logs:us-east-1:000000000000:log-group:/aws/vendedlogs/pipes/users',
    );
    assert.match(
      harness.supervisor.status('users')!.warnings.join(),
      /theirs:\* cannot be written to from here; the log is in the log group \/aws\/vendedlogs\/pipes\/users/,
    );
  });
});

describe("the metrics of a pipe's executions", () => {
  it('are counted by minutes, under the names of CloudWatch', async () => {
    const harness = new Harness();
    try {
      harness.target.script = ({ body }) => (body === 'a=2' ? 500 : 200);
      await harness.run(pipeResource({}, { MaximumRetryAttempts: 0 }));
      for (const n of [1, 2, 3]) harness.stream.write('a', n);
      await harness.idle();
      const metrics = harness.supervisor.metrics('users', 0)!;
      const sum = (name: string): number =>
        metrics
          .find(({ MetricName }) => MetricName === name)!
          .Datapoints.reduce((total, point) => total + point.sum, 0);
      assert.equal(sum('EventCount'), 3);
      assert.equal(sum('EventSize'), 300);
      assert.equal(sum('ExecutionFailed'), 1);
      assert.equal(sum('TargetStageFailed'), 1);
      assert.ok(sum('TargetStageDuration') >= 0);
      const [duration] = metrics.find(
        ({ MetricName }) => MetricName === 'TargetStageDuration',
      )!.Datapoints;
      assert.equal(duration!.sampleCount, 3);
      assert.equal(harness.supervisor.metrics('absent', 0), undefined);
    } finally {
      await harness.supervisor.close();
    }
  });
});
