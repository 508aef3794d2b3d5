import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { DeliveryRequest } from '../../src/destinations/index.js';
import { isAwsError } from '../../src/lib/aws-error.js';
import type {
  TargetKeys,
  VerifyCounts,
  VerifyEvent,
  VerifyRequest,
} from '../../src/pipes/index.js';
import type { PipeResource } from '../../src/state/index.js';
import { EmbeddedFlow } from './embedded-flow.js';
import { Harness, pipeResource, until, type Answer } from './harness.js';

const BY_KEY = { QueryStringParameters: { key: '$.dynamodb.Keys.pk.S' } };
const DELETING = { tags: { 'freshet:on-remove': 'DELETE', 'freshet:backfill': 'true' } };

/** A target that holds what it is sent, by the query parameter `key`, and can be listed. */
class Cache implements TargetKeys {
  readonly held = new Map<string, string>();
  /** Those that change what it holds. */
  readonly changes: string[] = [];
  /** Before it answers. */
  before: (request: DeliveryRequest) => Promise<void> | void = () => undefined;

  async answer(request: DeliveryRequest): Promise<Answer> {
    await this.before(request);
    const key = this.keyOf(request)!;
    if (request.method === 'GET') {
      const answer = this.held.get(key);
      const known = { responseBody: answer ?? '', unsentBody: request.body };
      return answer === undefined ? { status: 404, ...known } : { status: 200, answer, ...known };
    }
    this.changes.push(`${request.method ?? 'PUT'} ${key}`);
    if (request.method === 'DELETE') this.held.delete(key);
    else this.held.set(key, request.body);
    return 200;
  }

  keyOf({ queryStringParameters }: DeliveryRequest): string | undefined {
    return queryStringParameters['key'];
  }

  requestOf(key: string): DeliveryRequest {
    return {
      pathParameters: [],
      headerParameters: {},
      queryStringParameters: { key },
      body: '',
    };
  }

  async *list(): AsyncGenerator<string> {
    yield* [...this.held.keys()];
  }
}

interface Verified {
  /** `kind item`, sorted. */
  differences: string[];
  /** Of one that came to its end. */
  end: VerifyCounts;
  events: VerifyEvent[];
}

/** A table of so many items whose states the cache holds. */
async function filled(
  t: TestContext,
  count: number,
  change: Partial<PipeResource> = {},
): Promise<{ flow: EmbeddedFlow; cache: Cache }> {
  const flow = await EmbeddedFlow.open(t, { stream: 'NEW_AND_OLD_IMAGES' });
  const cache = new Cache();
  flow.keys = cache;
  flow.target.script = (request) => cache.answer(request);
  await flow.putAll(count, 1);
  await flow.run(
    { StartingPosition: 'LATEST' },
    {
      ...DELETING,
      targetParameters: { InputTemplate: '<freshet.new-image>', HttpParameters: BY_KEY },
      ...change,
    },
  );
  await until(
    async () => (await flow.supervisor.backfill('users')!.view())?.state === 'COMPLETED',
    'the target is filled',
    30_000,
  );
  cache.changes.length = 0;
  flow.target.requests.length = 0;
  return { flow, cache };
}

async function verify(
  flow: EmbeddedFlow | Harness,
  options: Partial<VerifyRequest> = {},
): Promise<Verified> {
  const request = {
    repair: false,
    keepExtra: false,
    settleMs: 5_000,
    signal: new AbortController().signal,
    ...options,
  };
  const events: VerifyEvent[] = [];
  for await (const event of flow.supervisor.verify('users')!.run(request)) events.push(event);
  const differences = events
    .filter((event) => event.type === 'difference')
    .map(({ kind, keys, actual }) => `${kind} ${keys?.['pk']?.S ?? actual!}`);
  const { type: _type, ...end } = { ...events.at(-1) } as VerifyCounts & { type: string };
  return { differences: differences.sort(), end, events };
}

describe('a verification', () => {
  it('finds what differs among many, mends exactly that, and finds nothing then', async (t) => {
    const { flow, cache } = await filled(t, 20_000);
    cache.held.delete('i17');
    cache.held.set('i4711', '{"pk":"i4711","v":0}');
    cache.held.set('i19999', 'changed by somebody');
    cache.held.set('nobody', 'nobody');
    // The same, written otherwise.
    cache.held.set('i5', '{ "v": 1, "pk": "i5" }');
    const counts = {
      checked: 20_000,
      filtered: 0,
      missing: 1,
      stale: 2,
      extra: 1,
      unknown: 0,
      repaired: 0,
      searched: true,
    };
    const wrong = ['extra nobody', 'missing i17', 'stale i19999', 'stale i4711'];
    const first = await verify(flow);
    assert.deepEqual(first.differences, wrong);
    assert.deepEqual(first.end, counts);
    assert.deepEqual(cache.changes, []);
    const stale = first.events.find(
      (event) => event.type === 'difference' && event.keys?.['pk']?.S === 'i4711',
    );
    assert.deepEqual(stale, {
      type: 'difference',
      kind: 'stale',
      keys: { pk: { S: 'i4711' } },
      url: 'https://cache.example/users',
      expected: '{"pk":"i4711","v":1}',
      actual: '{"pk":"i4711","v":0}',
    });

    const repaired = await verify(flow, { repair: true });
    assert.deepEqual(repaired.differences, wrong);
    assert.deepEqual(repaired.end, { ...counts, repaired: 4 });
    assert.deepEqual(cache.changes.sort(), ['DELETE nobody', 'PUT i17', 'PUT i19999', 'PUT i4711']);
    assert.deepEqual(await verify(flow).then(({ differences }) => differences), []);
  });

  it('takes no change under way for a difference', async (t) => {
    const { flow, cache } = await filled(t, 300);
    const writing = new AbortController();
    let version = 1;
    const writer = (async () => {
      for (let item = 0; !writing.signal.aborted; item = (item + 1) % 330) {
        version += 1;
        if (item % 4 === 0) await flow.delete(`i${item}`);
        else await flow.put(`i${item}`, version);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    })();
    cache.before = ({ method }) =>
      method === 'GET' ? undefined : new Promise((resolve) => setTimeout(resolve, 4));
    for (let round = 0; round < 3; round += 1) {
      const { differences } = await verify(flow, { repair: round === 2 });
      assert.deepEqual(differences, []);
    }
    writing.abort();
    await writer;
    await flow.idle();
    assert.deepEqual((await verify(flow)).end.unknown, 0);
  });

  it('tells of an item whose changes stay under way that it cannot tell', async (t) => {
    const { flow, cache } = await filled(t, 2);
    let release = (): void => undefined;
    cache.before = ({ method }) =>
      method === undefined ? new Promise((resolve) => (release = resolve)) : undefined;
    await flow.put('i0', 2);
    await until(() => flow.target.inFlight > 0, 'the change is on its way');
    const { differences, events, end } = await verify(flow, { keepExtra: true, settleMs: 50 });
    assert.deepEqual([differences, end.unknown], [[], 1]);
    assert.match(JSON.stringify(events), /still under way/);
    cache.before = () => undefined;
    release();
  });

  it('sends again in the turn of the item: a newer change comes last', async (t) => {
    const { flow, cache } = await filled(t, 1);
    cache.held.delete('i0');
    let changed: Promise<void> | undefined;
    cache.before = async ({ method }) => {
      if (method !== undefined) return;
      changed ??= flow.put('i0', 2);
      await changed;
      await new Promise((resolve) => setTimeout(resolve, 5));
    };
    const { differences, end } = await verify(flow, { repair: true });
    assert.deepEqual([differences, end.repaired], [['missing i0'], 1]);
    await flow.idle();
    assert.equal(cache.held.get('i0'), '{"pk":"i0","v":2}');
  });

  it('does not delete for extra what has become an item meanwhile', async (t) => {
    const { flow, cache } = await filled(t, 1);
    cache.held.set('late', 'late');
    cache.before = async ({ method }) => {
      if (method !== 'DELETE') return;
      cache.before = () => undefined;
      await flow.put('late', 1);
      await until(() => cache.changes.includes('PUT late'), 'it has overtaken the deletion');
    };
    await verify(flow, { repair: true });
    await flow.idle();
    assert.equal(cache.held.get('late'), '{"pk":"late","v":1}');
  });

  it('finds an item that was deleted while it ran and stays at the target', async (t) => {
    const { flow, cache } = await filled(t, 1);
    flow.keys = undefined;
    cache.before = async ({ method }) => {
      if (method !== 'GET') return;
      cache.before = () => undefined;
      await flow.delete('i0');
      await flow.idle();
      cache.held.set('i0', 'put back');
    };
    const { differences, end } = await verify(flow, { repair: true });
    assert.deepEqual(differences, ['extra i0']);
    assert.deepEqual([end.searched, end.repaired], [false, 1]);
    assert.deepEqual([...cache.held], []);
  });

  it('leaves alone what the filters keep from the target, and what it is not to look for', async (t) => {
    const Pattern = '{"dynamodb":{"Keys":{"pk":{"S":["i1"]}}}}';
    const { flow, cache } = await filled(t, 3, {
      sourceParameters: {
        DynamoDBStreamParameters: { StartingPosition: 'LATEST' },
        FilterCriteria: { Filters: [{ Pattern }] },
      },
    });
    cache.held.set('i0', 'from before the filter');
    cache.held.set('other', 'other');
    const { differences, end } = await verify(flow, { keepExtra: true });
    assert.deepEqual([differences, end.checked, end.filtered], [[], 1, 2]);
    assert.deepEqual((await verify(flow)).differences, ['extra other']);
  });

  it('finds what is no item where the pipe leaves what is deleted, too', async (t) => {
    const { flow, cache } = await filled(t, 1, { tags: { 'freshet:backfill': 'true' } });
    cache.held.set('old', 'old');
    const { differences, end } = await verify(flow);
    assert.deepEqual([differences, end.searched], [['extra old'], true]);
  });

  it('takes no deletion that the pipe does not send for one that failed', async (t) => {
    const { flow, cache } = await filled(t, 2, { tags: { 'freshet:backfill': 'true' } });
    flow.keys = undefined;
    await flow.delete('i0');
    await flow.idle();
    cache.held.set('i0', 'as it was');
    const { differences, end } = await verify(flow);
    assert.deepEqual([differences, end.searched], [[], false]);
  });

  it('counts what the target does not tell', async (t) => {
    const { flow } = await filled(t, 1);
    flow.target.script = () => 403;
    const { end, events } = await verify(flow, { keepExtra: true });
    assert.equal(end.unknown, 1);
    assert.match(JSON.stringify(events), /The target answered 403/);
  });

  it('ends when its caller goes away, and is one at a time', async (t) => {
    const { flow, cache } = await filled(t, 600);
    const leaving = new AbortController();
    cache.before = () => new Promise((resolve) => setTimeout(resolve, 5));
    const running = verify(flow, { signal: leaving.signal });
    await until(() => flow.target.inFlight > 0, 'it runs');
    await assert.rejects(verify(flow), { code: 'AlreadyRunning' });
    leaving.abort();
    const { events } = await running;
    assert.ok(events.every(({ type }) => type !== 'end'));
    await verify(flow);
  });

  it('ends with its pipe, and says so', async (t) => {
    const { flow, cache } = await filled(t, 600);
    cache.before = () => new Promise((resolve) => setTimeout(resolve, 5));
    const running = verify(flow);
    await until(() => flow.target.inFlight > 0, 'it runs');
    const closed = flow.supervisor.close();
    await assert.rejects(running, { code: 'PipeNotRunning' });
    await closed;
  });

  const refused: [string, Partial<PipeResource>, RegExp][] = [
    ['with a queue as target', { target: 'arn:aws:sqs:us-east-1:000000000000:q' }, /no API dest/],
    ['with an enrichment', { enrichment: pipeResource().target }, /has an enrichment/],
    ['whose table lies elsewhere', {}, /needs a table of this server/],
  ];
  for (const [what, change, message] of refused)
    it(`is refused of a pipe ${what}`, async (t) => {
      const harness = new Harness();
      t.after(() => harness.supervisor.close());
      await harness.run(pipeResource(change));
      await assert.rejects(
        verify(harness),
        (error) => isAwsError(error) && message.test(error.message),
      );
    });
});
