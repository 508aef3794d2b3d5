import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { AwsError } from '../../src/lib/aws-error.js';
import { ControlPlane, ROLE_ARN, STREAM_ARN } from './setup.js';

interface Row {
  name: string;
  operation: string;
  /** `{"$text": "a", "$times": 65}` stands for a repeated text, `{name}` in a text for a value of the set-up. */
  input: unknown;
  code: string;
  /** Of the answer; 400 when not given. */
  status?: number;
  message: string;
  /** Members of the answer besides the message. */
  members?: Record<string, unknown>;
  /** Where the text comes from, as the reference pages tag it. */
  basis: 'S' | 'R' | 'D' | 'inferred' | 'own';
}

/** A pipe whose target takes batches. */
const batches = {
  Name: 'batches',
  Source: STREAM_ARN,
  SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'LATEST', BatchSize: 10 } },
  Target: 'arn:aws:sqs:us-east-1:000000000000:queue',
  RoleArn: ROLE_ARN,
};

function rows(file: string): Row[] {
  const url = new URL(`../vectors/control/${file}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Row[];
}

function expand(value: unknown, names: Record<string, string>): unknown {
  if (typeof value === 'string')
    return value.replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole);
  if (Array.isArray(value)) return value.map((item) => expand(item, names));
  if (typeof value !== 'object' || value === null) return value;
  const { $text, $times } = value as { $text?: string; $times?: number };
  if ($text !== undefined) return $text.repeat($times!);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item, names)]));
}

describe('what is refused, and in which words', () => {
  let plane: ControlPlane;
  let names: Record<string, string>;
  before(async () => {
    plane = await ControlPlane.open();
    const connectionArn = await plane.connection('taken');
    const target = await plane.destination('taken', connectionArn);
    await plane.pipe('taken', target);
    await plane.pipe('running', target);
    await plane.settle('running', 'RUNNING');
    await plane.pipes('CreatePipe', batches);
    await plane.settle('batches', 'RUNNING');
    names = { connectionArn, target, source: (await plane.state.pipes.get('taken'))!.source };
    plane.goneSources.add(names['source']!.replace('users', 'gone'));
  });
  after(() => plane.close());

  for (const [file, service] of [
    ['connections', 'events'],
    ['api-destinations', 'events'],
    ['test-event-pattern', 'events'],
    ['pipes', 'pipes'],
    ['pipe-targets', 'pipes'],
    ['extensions', 'pipes'],
  ] as const)
    describe(file, () => {
      for (const row of rows(file))
        it(`${row.operation}: ${row.name} (${row.basis})`, async () => {
          const { input, message, members } = expand(row, names) as Row;
          await assert.rejects(plane[service](row.operation, input), (error: unknown) => {
            assert.ok(error instanceof AwsError, String(error));
            assert.equal(error.message, message);
            assert.equal(error.code, row.code);
            assert.equal(error.status, row.status ?? 400);
            if (members) assert.deepEqual(error.members, members);
            if (service !== 'events' && row.code === 'ValidationException')
              assert.ok(Array.isArray(error.members['fieldList']), 'has a fieldList');
            return true;
          });
        });
    });
});
