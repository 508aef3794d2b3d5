import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { CollectionTtl, SortedSetAggregate, type CacheClient } from '@gomomento/sdk';

/** A call of the SDK: method, arguments after the cache's name, and what its answer must be. */
type Call = [method: string, args: unknown[], expected: string | Record<string, unknown>];
type Step = Call | { pass: number } | { repeat: number; steps: Step[] };

/** Calls of `@gomomento/sdk` in one cache, and what they answer. */
export interface Scenario {
  title: string;
  /** A cache's name, if not a new one. */
  cache?: string;
  steps: Step[];
}

interface Answer {
  errorCode?: () => string;
  toString(): string;
}

export function scenarios(name: string): Scenario[] {
  const file = new URL(`../../vectors/momento/sdk/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Scenario[];
}

/** Runs steps one after the other. `pass` lets time go by. `slackMs`: times to live may be so much less. */
export async function play(
  client: CacheClient,
  cacheName: string,
  steps: readonly Step[],
  pass: (ms: number) => Promise<void> | void,
  options: { slackMs: number } = { slackMs: 0 },
): Promise<void> {
  for (const step of steps) {
    if (Array.isArray(step)) await call(client, cacheName, step, options.slackMs);
    else if ('pass' in step) await pass(step.pass);
    else
      for (let i = 0; i < step.repeat; i++)
        await play(client, cacheName, step.steps, pass, options);
  }
}

async function call(
  client: CacheClient,
  cacheName: string,
  step: Call,
  slackMs: number,
): Promise<void> {
  const [method, args, expected] = step;
  const methods = client as unknown as Record<string, (...args: unknown[]) => Promise<Answer>>;
  const answer = await methods[method]!(cacheName, ...args.map(argument));
  const where = `${method}(${JSON.stringify(args)}) answered ${answer.toString()}`;
  if (typeof expected !== 'string') return check(answer, expected, where, slackMs);
  assert.equal(answer.errorCode?.(), undefined, where);
  if (expected === 'any miss') assert.match(textOf(answer), /^Miss/, where);
  else if (expected !== 'any') assert.equal(textOf(answer), expected, where);
}

/** What an answer says of itself; of long ones that is cut short, so they are compared by their parts. */
function textOf(answer: Answer): string {
  const name = answer.constructor.name;
  const text = answer.toString();
  return text === '[object Object]' ? name : text;
}

function argument(given: unknown): unknown {
  if (Array.isArray(given) || typeof given !== 'object' || given === null) return given;
  const { bytes, ttl, aggregate, ...rest } = given as Record<string, unknown>;
  if (typeof bytes === 'string') return Buffer.from(bytes, 'base64');
  return {
    ...rest,
    ...(ttl !== undefined && { ttl: typeof ttl === 'object' ? collectionTtl(ttl!) : ttl }),
    ...(aggregate !== undefined && {
      aggregate: SortedSetAggregate[aggregate as keyof typeof SortedSetAggregate],
    }),
  };
}

function collectionTtl(given: object): CollectionTtl {
  const { of, refresh } = given as { of: number; refresh: boolean };
  return refresh
    ? CollectionTtl.of(of).withRefreshTtlOnUpdates()
    : CollectionTtl.of(of).withNoRefreshTtlOnUpdates();
}

const PARTS: Readonly<Record<string, (answer: never) => unknown>> = {
  error: (answer: { errorCode(): string }) => answer.errorCode(),
  exists: (answer: { exists(): unknown }) => answer.exists(),
  itemType: (answer: { itemType(): unknown }) => answer.itemType(),
  remainingTtlMillis: (answer: { remainingTtlMillis(): number }) => answer.remainingTtlMillis(),
  length: (answer: { length(): number }) => answer.length(),
  score: (answer: { score(): number }) => answer.score(),
  rank: (answer: { rank(): number }) => answer.rank(),
  fields: (answer: { value(): object }) => ({ ...answer.value() }),
  dictionary: (answer: { value(): object }) => ({ ...answer.value() }),
  scores: (answer: { value(): object }) => ({ ...answer.value() }),
  set: (answer: { valueArray(): string[] }) => answer.valueArray().sort(),
  setSize: (answer: { valueArray(): string[] }) => new Set(answer.valueArray()).size,
  contains: (answer: { containsElement(): boolean }) => answer.containsElement(),
  containsElements: (answer: { containsElements(): object }) => ({ ...answer.containsElements() }),
  elements: (answer: { valueArray(): { value: string; score: number }[] }) =>
    answer
      .valueArray()
      .map(({ value, score }) => `${value} ${score}`)
      .join(', '),
};

function check(
  answer: Answer,
  expected: Record<string, unknown>,
  where: string,
  slackMs: number,
): void {
  for (const [part, value] of Object.entries(expected)) {
    if (part !== 'error') assert.equal(answer.errorCode?.(), undefined, where);
    const read = PARTS[part] as ((answer: Answer) => unknown) | undefined;
    assert.ok(read, `scenarios know no ${part}`);
    let found: unknown;
    try {
      found = read(answer);
    } catch (error) {
      assert.fail(`${where}, which has no ${part}: ${String(error)}`);
    }
    if (part === 'remainingTtlMillis') {
      const left = Number(found);
      assert.ok(left < Number(value) && left >= Number(value) - Math.max(1, slackMs), where);
    } else assert.deepEqual(found, value, where);
  }
}
