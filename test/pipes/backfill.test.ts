import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { BackfillResource } from '../../src/state/index.js';
import { EmbeddedFlow } from './embedded-flow.js';
import { Harness, pipeResource, until, type Answer } from './harness.js';

const LATEST = { StartingPosition: 'LATEST' } as const;
const BY_TAG = { tags: { 'freshet:backfill': 'true' } };

async function view(flow: EmbeddedFlow): Promise<BackfillResource | undefined> {
  return flow.supervisor.backfill('users')?.view();
}

function ended(flow: EmbeddedFlow, state: BackfillResource['state'] = 'COMPLETED'): Promise<void> {
  return until(async () => (await view(flow))?.state === state, `the backfill is ${state}`, 30_000);
}

/** A target that answers when it is told to. */
function holdBack(flow: EmbeddedFlow): { release: (answer?: Answer) => void } {
  const waiting: (() => void)[] = [];
  let isOpen = false;
  flow.target.script = () =>
    isOpen ? 200 : new Promise<Answer>((resolve) => waiting.push(() => resolve(200)));
  return {
    release: () => {
      isOpen = true;
      for (const answer of waiting) answer();
    },
  };
}

describe('a backfill', () => {
  it('sends the items that are in the table, each once, as marked INSERTs', async (t) => {
    const flow = await EmbeddedFlow.open(t, { stream: 'NEW_AND_OLD_IMAGES' });
    await flow.putAll(3_000, 7);
    await flow.run(LATEST, { targetParameters: {} });
    const begun = await flow.supervisor.backfill('users')!.begin({ segments: 3 });
    assert.equal(begun.about, 3_000);
    await ended(flow);
    const records = flow.target.bodies.map((body) => JSON.parse(body) as Record<string, unknown>);
    assert.equal(records.length, 3_000);
    assert.equal(new Set(records.map(({ eventID }) => eventID)).size, 3_000);
    const { eventID, dynamodb, ...rest } = records[0]!;
    assert.match(String(eventID), /^backfill-[0-9a-f]{32}$/);
    assert.deepEqual(rest, {
      eventName: 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      eventSourceARN: (await flow.state.pipes.get('users'))!.source,
      freshet: { backfill: true },
    });
    const { Keys, NewImage, SequenceNumber, SizeBytes, StreamViewType } = dynamodb as Record<
      string,
      { pk?: { S: string } }
    >;
    assert.deepEqual(NewImage, { ...Keys, v: { N: '7' } });
    assert.deepEqual(
      { SequenceNumber, SizeBytes, StreamViewType },
      {
        SequenceNumber: '0'.repeat(21),
        SizeBytes: 2 * (2 + Keys!.pk!.S.length) + 3,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    );
    const { counts, segments, state, finishedAt } = (await view(flow))!;
    assert.deepEqual(counts, {
      read: 3_000,
      delivered: 3_000,
      skipped: 0,
      filtered: 0,
      superseded: 0,
      deadLettered: 0,
    });
    assert.deepEqual(
      segments.map(({ done }) => done),
      [true, true, true],
    );
    assert.ok(state === 'COMPLETED' && finishedAt !== undefined);
  });

  it('is told of the keys alone where the stream tells no more', async (t) => {
    const flow = await EmbeddedFlow.open(t, { stream: 'KEYS_ONLY' });
    await flow.put('a', 1);
    await flow.run(LATEST, { targetParameters: { InputTemplate: '<$.dynamodb.NewImage>' } });
    await flow.supervisor.backfill('users')!.begin({});
    await ended(flow);
    assert.deepEqual(flow.target.bodies, ['""']);
  });

  it('lets through what the filters let through, and can be told from changes', async (t) => {
    const flow = await EmbeddedFlow.open(t);
    await flow.putAll(10, 1);
    const Pattern = '{"dynamodb":{"Keys":{"pk":{"S":["i3","i4"]}}},"freshet":{"backfill":[true]}}';
    const [sourceParameters] = [
      { DynamoDBStreamParameters: LATEST, FilterCriteria: { Filters: [{ Pattern }] } },
    ];
    await flow.run(LATEST, { sourceParameters });
    await flow.supervisor.backfill('users')!.begin({});
    await ended(flow);
    await flow.put('i3', 2);
    await flow.idle();
    assert.deepEqual(flow.target.bodies.sort(), ['i3=1', 'i4=1']);
    const { counts } = (await view(flow))!;
    assert.deepEqual([counts.filtered, counts.delivered], [8, 2]);
  });

  it('comes first where the tag says so, once', async (t) => {
    const flow = await EmbeddedFlow.open(t);
    await flow.putAll(5, 1);
    await flow.run(LATEST, BY_TAG);
    await ended(flow);
    await flow.restart();
    await flow.put('i0', 2);
    await flow.idle();
    assert.deepEqual(flow.sent.get('i0'), [1, 2]);
    assert.equal(flow.target.bodies.length, 6);
  });

  it('never sends an older state of an item behind a newer one, whatever waits for what', async (t) => {
    const flow = await EmbeddedFlow.open(t, { streamShards: 4, shardMaxRecords: 100 });
    await flow.putAll(600, 0);
    let answers = 0;
    flow.target.script = async () => {
      answers += 1;
      if (answers % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
      return answers % 11 === 0 ? { status: 503, retryAfterMs: 5 } : 200;
    };
    await flow.run(LATEST, BY_TAG);
    let version = 0;
    const writing = new AbortController();
    const writer = (async () => {
      for (let item = 0; !writing.signal.aborted; item = (item + 7) % 600) {
        version += 1;
        if (item % 5 === 0) await flow.delete(`i${item}`);
        await flow.put(`i${item}`, version);
      }
    })();
    await ended(flow);
    writing.abort();
    await writer;
    await flow.idle();
    const { Items } = await flow.db.scan({ TableName: 'users' });
    assert.equal(Items.length, 600);
    for (const { pk, v } of Items) {
      const versions = flow.sent.get(pk!.S!)!.filter((sent) => sent > 0 || v!.N === '0');
      assert.equal(versions.at(-1), Number(v!.N), pk!.S);
      assert.deepEqual(
        versions,
        [...versions].sort((a, b) => a - b),
        pk!.S,
      );
    }
    assert.ok(version > 0);
  });

  it('leaves out an item whose change is on its way, and what was deleted', async (t) => {
    const flow = await EmbeddedFlow.open(t);
    await flow.putAll(300, 1);
    const target = holdBack(flow);
    await flow.run(LATEST, { ...BY_TAG, tags: { ...BY_TAG.tags, 'freshet:on-remove': 'DELETE' } });
    await until(() => flow.target.inFlight === 64, 'as much is in flight as may be');
    const waiting = Array.from({ length: 300 }, (_, at) => `i${at}`).filter(
      (item) => !flow.sent.has(item),
    );
    await flow.put(waiting[0]!, 2);
    await flow.delete(waiting[1]!);
    await until(() => flow.supervisor.status('users')!.waiting === 2, 'the changes are read');
    target.release();
    await ended(flow);
    await flow.idle();
    assert.deepEqual(flow.sent.get(waiting[0]!), [2]);
    assert.deepEqual(
      flow.target.requests.filter(({ method }) => method === 'DELETE').length,
      1,
      'only the deletion itself is sent of the other',
    );
    assert.equal((await view(flow))!.counts.superseded, 2);
  });

  it('sends a change behind its item that waits for a retry', async (t) => {
    const flow = await EmbeddedFlow.open(t);
    await flow.put('a', 1);
    flow.target.script = () => ({ status: 503, retryAfterMs: 10 });
    await flow.run(LATEST, BY_TAG);
    await until(() => flow.target.bodies.length > 0, 'the item was tried');
    await flow.put('a', 2);
    flow.target.script = () => 200;
    await flow.idle();
    const tried = flow.sent.get('a')!;
    assert.deepEqual(tried.slice(-2), [1, 2]);
  });

  it('puts an item behind older changes of it that wait for their batch to be full', async (t) => {
    const flow = await EmbeddedFlow.open(t);
    await flow.run({ ...LATEST, BatchSize: 100, MaximumBatchingWindowInSeconds: 300 });
    await flow.put('a', 1);
    await flow.put('a', 2);
    await until(() => flow.supervisor.status('users')!.read === 2, 'both are read');
    await flow.supervisor.backfill('users')!.begin({});
    await ended(flow);
    assert.deepEqual(flow.sent.get('a'), [1, 2, 2]);
  });

  it('goes on after a crash, and sends again only what was not saved', async (t) => {
    const flow = await EmbeddedFlow.open(t);
    await flow.putAll(4_000, 1);
    const hold = (after: number): void => {
      let answers = 0;
      flow.target.script = () => {
        answers += 1;
        return answers <= after ? 200 : new Promise<Answer>(() => undefined);
      };
    };
    hold(2_500);
    await flow.run(LATEST, BY_TAG);
    await until(
      async () => ((await flow.state.backfills.get('users'))?.counts.delivered ?? 0) >= 1_000,
      'some chunks are saved',
    );
    await until(() => flow.target.bodies.length >= 2_500, 'as many are sent');
    const saved = (await flow.state.backfills.get('users'))!.counts.delivered;
    flow.target.script = () => 200;
    await flow.crash();
    await ended(flow);
    assert.equal(flow.sent.size, 4_000);
    const { counts } = (await view(flow))!;
    assert.equal(counts.delivered, 4_000);
    assert.ok(flow.target.bodies.length <= 2_500 + 64 + 4_000 - saved);
    const repeated = [...flow.sent.values()].filter(({ length }) => length > 1).length;
    assert.ok(repeated > 0 && repeated <= 2_564 - saved, `${repeated} repeated, ${saved} saved`);
  });

  it('keeps to its rate, and lets changes pass', async (t) => {
    const flow = await EmbeddedFlow.open(t);
    await flow.putAll(40, 1);
    await flow.run(LATEST);
    const start = performance.now();
    await flow.supervisor.backfill('users')!.begin({ rate: 100 });
    await ended(flow);
    const tookMs = performance.now() - start;
    assert.ok(tookMs >= 380, `40 items at 100 a second in ${tookMs} ms`);
  });

  it('sends changes before the items that wait', async (t) => {
    const flow = await EmbeddedFlow.open(t);
    await flow.putAll(1_000, 1);
    await flow.run(LATEST);
    await flow.supervisor.backfill('users')!.begin({ rate: 20 });
    await until(() => flow.target.bodies.length > 0, 'it has begun');
    await flow.put('new', 2);
    await flow.idle();
    assert.deepEqual(flow.sent.get('new'), [2]);
    assert.ok(flow.target.bodies.length < 500);
    const cancelled = await flow.supervisor.backfill('users')!.cancel();
    assert.equal(cancelled.state, 'CANCELLED');
  });

  it('goes on also where there are always changes to send', async (t) => {
    const flow = await EmbeddedFlow.open(t);
    await flow.putAll(100, 0);
    flow.target.rate = 1;
    flow.target.script = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return 200;
    };
    await flow.run(LATEST);
    const writing = new AbortController();
    const writer = (async () => {
      for (let version = 1; !writing.signal.aborted; version += 1)
        await Promise.all(
          Array.from({ length: 50 }, (_, at) => flow.put(`new${at}`, version * 50 + at)),
        );
    })();
    await until(() => flow.supervisor.status('users')!.waiting > 500, 'the target is too slow');
    await flow.supervisor.backfill('users')!.begin({});
    await ended(flow);
    assert.ok(flow.supervisor.status('users')!.waiting > 100, 'changes wait still');
    writing.abort();
    await writer;
  });

  it('is over when it is cancelled, also after a restart, and may begin again', async (t) => {
    const flow = await EmbeddedFlow.open(t);
    await flow.putAll(100, 1);
    await flow.run(LATEST);
    await flow.supervisor.backfill('users')!.begin({ rate: 10 });
    await assert.rejects(flow.supervisor.backfill('users')!.begin({}), { code: 'AlreadyRunning' });
    await flow.supervisor.backfill('users')!.cancel();
    await assert.rejects(flow.supervisor.backfill('users')!.cancel(), { code: 'NotRunning' });
    await flow.restart();
    assert.equal((await view(flow))!.state, 'CANCELLED');
    await flow.supervisor.backfill('users')!.begin({});
    await ended(flow);
    assert.equal(flow.sent.size, 100);
  });

  it('counts what is given up, which is a dead letter', async (t) => {
    const flow = await EmbeddedFlow.open(t);
    await flow.putAll(3, 1);
    flow.target.script = ({ body }) => (body.startsWith('i1=') ? 400 : 200);
    await flow.run(LATEST, BY_TAG);
    await ended(flow);
    const { counts } = (await view(flow))!;
    assert.deepEqual([counts.delivered, counts.deadLettered], [2, 1]);
    const [letter] = await flow.state.deadLetters.list('users');
    assert.match((letter!.record as { eventID: string }).eventID, /^backfill-/);
  });

  it('fails when its table is deleted', async (t) => {
    const flow = await EmbeddedFlow.open(t);
    await flow.putAll(1_000, 1);
    const target = holdBack(flow);
    await flow.run(LATEST);
    await flow.supervisor.backfill('users')!.begin({ segments: 1 });
    await until(() => flow.target.bodies.length > 0, 'it has begun');
    await flow.db.deleteTable({ TableName: 'users' });
    target.release();
    await ended(flow, 'FAILED');
    assert.match((await view(flow))!.stateReason!, /The table or its stream is gone/);
    assert.match((await flow.state.backfills.get('users'))!.stateReason!, /is gone/);
  });

  it('goes with its pipe', async (t) => {
    const flow = await EmbeddedFlow.open(t);
    await flow.run(LATEST, BY_TAG);
    await ended(flow);
    await flow.state.pipes.update('users', (pipe) => ({
      ...pipe,
      desiredState: 'DELETED',
      currentState: 'DELETING',
    }));
    await until(
      async () => (await flow.state.backfills.get('users')) === undefined,
      'the backfill is forgotten',
    );
  });

  it('is refused where the table lies elsewhere', async (t) => {
    const harness = new Harness();
    t.after(() => harness.supervisor.close());
    await harness.run(pipeResource(BY_TAG));
    await assert.rejects(harness.supervisor.backfill('users')!.begin({}), {
      code: 'TableNotHere',
      message: /needs a table of this server/,
    });
    assert.match(harness.logLines.join('\n'), /A backfill cannot run/);
  });

  for (const request of [{ segments: 0 }, { segments: 33 }, { segments: 1.5 }, { rate: 0 }])
    it(`is refused with ${JSON.stringify(request)}`, async (t) => {
      const flow = await EmbeddedFlow.open(t);
      await flow.run(LATEST);
      await assert.rejects(flow.supervisor.backfill('users')!.begin(request), {
        code: 'BadRequest',
      });
    });
});
