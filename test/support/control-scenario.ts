import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { eventually } from './freshet.js';

/** All operations of Pipes and of connections and API destinations, each with success and error, in this order. */
export const SCENARIO_FILE = fileURLToPath(
  new URL('../vectors/control/scenario.json', import.meta.url),
);

export interface Step {
  service: 'pipes' | 'events';
  operation: string;
  /** `{name}` in a text stands for what an earlier step saved under the name. */
  input: Record<string, unknown>;
  /** What must be in the answer; lists must be as long. */
  answer?: unknown;
  /** Members that must be missing. */
  absent?: string[];
  /** Members that must be times of today. */
  times?: string[];
  /** Texts that must be nowhere in the answer. */
  hidden?: string[];
  /** Members to save under a name. */
  save?: Record<string, string>;
  /** To be repeated until it is so. */
  until?: boolean;
  error?: { code: string; status: number; message: string; members?: Record<string, unknown> };
}

/** What a client made of an answer. Times are Dates. */
export type Outcome =
  | { answer: Record<string, unknown> }
  | { error: { code: string; message: string; status?: number; members?: object } };

/** A table with a stream; resolves to the stream's ARN. */
export async function makeSource(endpoint: string): Promise<string> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  try {
    const { TableDescription } = await client.send(
      new CreateTableCommand({
        TableName: 'source',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
    return TableDescription!.LatestStreamArn!;
  } finally {
    client.destroy();
  }
}

/** Takes all steps with one client; `errorsOnce`: of each operation only the first error, for a slow client. */
export async function playScenario(
  source: string,
  send: (step: Step) => Promise<Outcome>,
  { errorsOnce = false } = {},
): Promise<void> {
  const refused = new Set<string>();
  const saved: Record<string, unknown> = { source };
  for (const step of JSON.parse(readFileSync(SCENARIO_FILE, 'utf8')) as Step[]) {
    if (step.error && !step.until) {
      if (errorsOnce && refused.has(step.operation)) continue;
      refused.add(step.operation);
    }
    const filled = fill(step, saved) as Step;
    const what = `${step.operation} ${JSON.stringify(filled.input)}`;
    let outcome = await send(filled);
    if (step.until)
      await eventually(what, async () => {
        if (isSo(filled, outcome)) return true;
        outcome = await send(filled);
        return undefined;
      }).catch((error: unknown) => {
        check(filled, outcome, what); // says more
        throw error;
      });
    check(filled, outcome, what);
    if ('answer' in outcome)
      for (const [name, member] of Object.entries(step.save ?? {}))
        saved[name] = outcome.answer[member];
  }
}

function isSo(step: Step, outcome: Outcome): boolean {
  try {
    check(step, outcome, '');
    return true;
  } catch (error) {
    if (error instanceof assert.AssertionError) return false;
    throw error;
  }
}

function check(step: Step, outcome: Outcome, what: string): void {
  if (step.error) {
    assert.ok('error' in outcome, `${what} is refused`);
    const { status, members, ...texts } = step.error;
    assert.deepEqual({ code: outcome.error.code, message: outcome.error.message }, texts, what);
    if (outcome.error.status !== undefined) assert.equal(outcome.error.status, status, what);
    if (outcome.error.members) assertHas(outcome.error.members, members ?? {}, what);
    return;
  }
  assert.ok('answer' in outcome, `${what}: ${JSON.stringify(outcome)}`);
  const { answer } = outcome;
  assertHas(answer, step.answer ?? {}, what);
  for (const name of step.absent ?? []) assert.equal(answer[name], undefined, `${what}: ${name}`);
  for (const name of step.times ?? []) {
    const time = answer[name];
    assert.ok(time instanceof Date, `${what}: ${name}`);
    assert.ok(Math.abs(time.getTime() - Date.now()) < 24 * 3600 * 1000, `${what}: ${name}`);
  }
  const text = JSON.stringify(answer);
  for (const secret of step.hidden ?? []) assert.ok(!text.includes(secret), what);
}

function assertHas(actual: unknown, expected: unknown, what: string): void {
  if (Array.isArray(expected)) {
    assert.ok(Array.isArray(actual) && actual.length === expected.length, what);
    expected.forEach((item, index) => assertHas(actual[index], item, `${what}[${index}]`));
  } else if (typeof expected === 'object' && expected !== null) {
    for (const [name, value] of Object.entries(expected))
      assertHas((actual as Record<string, unknown> | undefined)?.[name], value, `${what}.${name}`);
  } else assert.equal(actual, expected, what);
}

function fill(value: unknown, saved: Record<string, unknown>): unknown {
  if (typeof value === 'string')
    return value.replace(/\{(\w+)\}/g, (whole, name: string) =>
      name in saved ? String(saved[name]) : whole,
    );
  if (Array.isArray(value)) return value.map((item) => fill(item, saved));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, fill(item, saved)]));
}
