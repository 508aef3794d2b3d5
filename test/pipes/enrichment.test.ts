import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { PipeResource } from '../../src/state/index.js';
import { Harness, pipeResource, TARGET_ARN, until, type Answer } from './harness.js';

const ENRICHMENT_ARN = 'arn:aws:events:us-east-1:000000000000:api-destination/profiles/1';

function enrichedPipe(overrides: Partial<PipeResource> = {}): PipeResource {
  return pipeResource({
    enrichment: ENRICHMENT_ARN,
    enrichmentParameters: {
      InputTemplate: '{"user": <$.dynamodb.Keys.pk.S>}',
      HttpParameters: { PathParameterValues: ['$.dynamodb.Keys.pk.S'] },
    },
    targetParameters: {
      InputTemplate: '<$.profile.name> via <aws.pipes.enrichment-arn>',
      HttpParameters: { QueryStringParameters: { key: '$.profile.id' } },
    },
    ...overrides,
  });
}

describe('a pipe with an enrichment', () => {
  let harness: Harness;
  /** What the enrichment answers. */
  let answer: string;
  let failures: Answer[];
  beforeEach(() => {
    harness = new Harness();
    answer = '{"profile":{"id":12345678901234567890,"name":"Hanako"}}';
    failures = [];
    harness.target.script = (_request, _signal, arn) =>
      arn === ENRICHMENT_ARN ? (failures.shift() ?? { status: 200, answer }) : 200;
  });
  afterEach(() => harness.supervisor.close());

  const sentTo = (arn: string): typeof harness.target.requests =>
    harness.target.requests.filter((_request, at) => harness.target.arns[at] === arn);
  const bodies = (): string[] => sentTo(TARGET_ARN).map(({ body }) => body);

  it('asks it with its own template and parameters, and sends the target what it answers', async () => {
    harness.stream.write('a', 1);
    await harness.run(enrichedPipe());
    await harness.idle();
    const [question] = sentTo(ENRICHMENT_ARN);
    assert.equal(question!.body, '{"user":"a"}');
    assert.deepEqual(question!.pathParameters, ['a']);
    assert.equal(question!.wholeAnswer, true);
    const [request] = sentTo(TARGET_ARN);
    assert.equal(request!.body, `Hanako via ${ENRICHMENT_ARN}`);
    assert.deepEqual({ ...request!.queryStringParameters }, { key: '12345678901234567890' });
    assert.equal(harness.supervisor.status('users')!.delivered, 1);
  });

  it('sends the answer as it is when the target has no template', async () => {
    harness.stream.write('a', 1);
    await harness.run(enrichedPipe({ targetParameters: {} }));
    await harness.idle();
    assert.deepEqual(bodies(), [answer]);
  });

  for (const nothing of ['', '""', '{}', '[]'])
    it(`does not call the target when the answer is ${nothing || 'empty'}`, async () => {
      answer = nothing;
      harness.stream.write('a', 1);
      await harness.run(enrichedPipe());
      await harness.idle();
      assert.deepEqual(bodies(), []);
      const { delivered, skipped, deadLettered } = harness.supervisor.status('users')!;
      assert.deepEqual([delivered, skipped, deadLettered], [0, 1, 0]);
    });

  for (const [list, body] of [
    ['[{}]', '{}'],
    ['[{"a":1}]', '{"a":1}'],
  ] as const)
    it(`sends the one element of ${list}`, async () => {
      answer = list;
      harness.stream.write('a', 1);
      await harness.run(enrichedPipe({ targetParameters: {} }));
      await harness.idle();
      assert.deepEqual(bodies(), [body]);
    });

  it('hands on text that is not JSON as <aws.pipes.event>, without a JSON value', async () => {
    answer = 'plain words';
    harness.stream.write('a', 1);
    const InputTemplate = '[<aws.pipes.event>, <aws.pipes.event.json>]';
    await harness.run(enrichedPipe({ targetParameters: { InputTemplate } }));
    await harness.idle();
    assert.deepEqual(bodies(), ['["plain words",""]']);
  });

  it('tries again, enrichment first, when either stage fails', async () => {
    failures = [503];
    let targetFailures = 1;
    const { script } = harness.target;
    harness.target.script = (request, signal, arn) =>
      arn === TARGET_ARN && targetFailures-- > 0 ? 500 : script(request, signal, arn);
    harness.stream.write('a', 1);
    await harness.run(enrichedPipe());
    await harness.idle();
    assert.deepEqual(
      harness.target.arns.map((arn) => (arn === TARGET_ARN ? 'target' : 'enrichment')),
      ['enrichment', 'enrichment', 'target', 'enrichment', 'target'],
    );
  });

  it('gives a record up with the cause, and goes on with the next', async () => {
    failures = [404];
    harness.stream.write('a', 1);
    harness.stream.write('a', 2);
    await harness.run(enrichedPipe());
    await harness.idle();
    const [letter] = await harness.state.deadLetters.list('users');
    assert.equal(letter!.reason, 'The enrichment failed: The target answered 404.');
    assert.equal(bodies().length, 1);
  });

  it('takes more than one event for a failure', async () => {
    answer = '[{"n":1},{"n":2}]';
    harness.stream.write('a', 1);
    await harness.run(
      enrichedPipe({
        sourceParameters: {
          DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON', MaximumRetryAttempts: 0 },
        },
      }),
    );
    await harness.idle();
    const [letter] = await harness.state.deadLetters.list('users');
    assert.match(letter!.reason, /^The enrichment failed: it answered with 2 events/);
  });

  it('names paths of the target template that no answer has', async () => {
    answer = '{"profile":{"nmae":"Hanako"}}';
    for (let n = 0; n < 128; n += 1) harness.stream.write(`item ${n}`, n);
    await harness.run(enrichedPipe());
    const warnings = (): string[] => harness.supervisor.status('users')!.warnings;
    await until(() => warnings().length > 0, 'the path is named');
    assert.match(warnings()[0]!, /^`\$\.profile\.(id|name)` was in 0 of 128 records/);
  });
});

describe('a target that reports batchItemFailures', () => {
  let harness: Harness;
  beforeEach(() => (harness = new Harness()));
  afterEach(() => harness.supervisor.close());

  it('has not taken the record, though it answers with success', async () => {
    const answers = [
      '{"batchItemFailures":[{"itemIdentifier":"e1001"}]}',
      '{"batchItemFailures":[]}',
    ];
    harness.target.script = () => ({ status: 200, responseBody: answers.shift() ?? '' });
    harness.stream.write('a', 1);
    await harness.run();
    await harness.idle();
    assert.equal(harness.target.requests.length, 2);
    const { delivered, retried } = harness.supervisor.status('users')!;
    assert.deepEqual([delivered, retried], [1, 1]);
  });
});
