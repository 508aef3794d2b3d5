import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { PipeTrace } from '../../src/pipes/index.js';
import { TRACED_RECORDS } from '../../src/pipes/trace/pipe-trace.js';
import { Harness, pipeResource, until } from './harness.js';

const FILTERS = {
  Filters: [{ Pattern: JSON.stringify({ dynamodb: { NewImage: { v: { S: ['wanted'] } } } }) }],
};

describe('the trace of a pipe', () => {
  let harness: Harness;
  beforeEach(() => {
    harness = new Harness();
  });
  afterEach(() => harness.supervisor.close());
  const trace = (): PipeTrace => harness.supervisor.trace('users')!;
  const outcomes = (): [string, string][] =>
    trace()
      .list(999)
      .records.map(({ keys, outcome }) => [keys['pk']!.S!, outcome]);

  it('has each record with its steps, in the order of their ends', async () => {
    const { sourceParameters } = pipeResource();
    await harness.run(
      pipeResource({ sourceParameters: { ...sourceParameters, FilterCriteria: FILTERS } }),
    );
    harness.stream.write('a', 'unwanted');
    harness.stream.write('b', 'wanted');
    await harness.idle();
    assert.deepEqual(outcomes(), [
      ['a', 'filtered'],
      ['b', 'delivered'],
    ]);
    const [filtered, delivered] = trace().list(10).records;
    assert.deepEqual([filtered!.filter, filtered!.attempts], ['filtered', []]);
    assert.equal(delivered!.filter, 'passed');
    assert.equal((JSON.parse(delivered!.record.text) as { eventID: string }).eventID, 'e1002');
    const [step] = delivered!.attempts[0]!.steps;
    assert.deepEqual(
      [step!.stage, step!.outcome, step!.response],
      ['Target', 'delivered', { status: 200, body: 'body' }],
    );
    assert.ok(step!.tookMs >= 0 && delivered!.endedAt! >= delivered!.startedAt);
  });

  it('tells of each attempt, of waits between them, and of the end', async () => {
    await harness.run(pipeResource({}, { MaximumRetryAttempts: 1 }));
    harness.target.script = () => 503;
    harness.stream.write('a', 1);
    const seen = new Set<string>();
    const feed = trace().listen(() => undefined)!;
    await until(() => {
      for (const { outcome } of feed.take().records) seen.add(outcome);
      return seen.has('dead-lettered');
    }, 'it is given up');
    assert.deepEqual([...seen], ['retrying', 'dead-lettered']);
    const [entry] = trace().list(1).records;
    assert.equal(entry!.condition, 'RetryAttemptsExhausted');
    assert.deepEqual(
      entry!.attempts.map(({ number, steps }) => [number, steps[0]!.outcome, steps[0]!.reason]),
      [
        [1, 'retry', 'The target answered 503.'],
        [2, 'retry', 'The target answered 503.'],
      ],
    );
  });

  it('says why no request was made', async () => {
    const HttpParameters = { PathParameterValues: ['$.dynamodb.NewImage.nope.S'] };
    await harness.run(pipeResource({ targetParameters: { HttpParameters } }));
    harness.stream.write('a', 1);
    await harness.idle();
    const [step] = trace().list(1).records[0]!.attempts[0]!.steps;
    assert.equal(step!.outcome, 'not made');
    assert.match(step!.reason!, /Path parameter 1 .* is missing/);
    assert.equal(step!.request, undefined);
  });

  it('tells of states that were replaced before they were sent', async () => {
    await harness.run(pipeResource({ tags: { 'freshet:coalesce': 'latest-per-item' } }));
    let release!: () => void;
    const held = new Promise<number>((resolve) => (release = () => resolve(200)));
    harness.target.script = (request) => {
      if (typeof request === 'function') throw new Error('not made');
      return request.body === 'a=1' ? held : 200;
    };
    harness.stream.write('a', 1);
    await until(() => harness.target.requests.length === 1, 'the first is sent');
    harness.stream.write('a', 2);
    harness.stream.write('a', 3);
    await until(() => harness.supervisor.status('users')!.read === 3, 'all are read');
    release();
    await harness.idle();
    assert.deepEqual(outcomes(), [
      ['a', 'superseded'],
      ['a', 'delivered'],
      ['a', 'delivered'],
    ]);
  });

  it('is bounded, and gives those that changed after a moment', async () => {
    await harness.run();
    const count = TRACED_RECORDS + 50;
    for (let at = 0; at < count; at++) harness.stream.write(`item-${String(at)}`, 1);
    await harness.idle();
    const { records, next } = trace().list(999);
    assert.equal(records.length, TRACED_RECORDS);
    assert.deepEqual(trace().list(999, next), { records: [], next });
    assert.equal(trace().list(7).records.length, 7);
    harness.stream.write('one-more', 1);
    await harness.idle();
    assert.deepEqual(
      trace()
        .list(999, next)
        .records.map(({ keys }) => keys['pk']!.S),
      ['one-more'],
    );
  });

  it('keeps no more bytes than it may, and shows the beginning of long texts', async () => {
    await harness.run();
    const long = 'x'.repeat(300_000);
    const { records } = trace().list(999);
    assert.equal(records.length, 0);
    for (let at = 0; at < 60; at++) {
      harness.stream.write(`item-${String(at)}`, long);
      harness.stream.lastEntry.record.dynamodb.SizeBytes = long.length;
    }
    await harness.idle();
    const kept = trace().list(999).records;
    assert.ok(kept.length > 10 && kept.length < 30, String(kept.length));
    const { text, length } = kept[0]!.record;
    assert.equal(text.length, 16_384);
    assert.ok(length! > 300_000);
  });

  it('drops what a slow listener does not take, and says how much', async () => {
    await harness.run();
    let calls = 0;
    const feed = trace().listen(() => (calls += 1))!;
    for (let at = 0; at < 300; at++) harness.stream.write(`item-${String(at)}`, 1);
    await harness.idle();
    const { records, dropped } = feed.take();
    assert.deepEqual([records.length, dropped, calls], [256, 44, 1]);
    assert.deepEqual(feed.take(), { records: [], dropped: 0 });
    feed.stop();
    harness.stream.write('later', 1);
    await harness.idle();
    assert.deepEqual(feed.take(), { records: [], dropped: 0 });
  });

  it('lets only so many listen, and outlives an update of the pipe', async () => {
    await harness.run();
    const feeds = Array.from({ length: 21 }, () => trace().listen(() => undefined));
    assert.equal(feeds.filter((feed) => feed === undefined).length, 1);
    feeds[0]!.stop();
    assert.notEqual(
      trace().listen(() => undefined),
      undefined,
    );
    harness.stream.write('a', 1);
    await harness.idle();
    await harness.update('users', { generation: 2, currentState: 'UPDATING' });
    await harness.pipeIs('RUNNING');
    assert.deepEqual(outcomes(), [['a', 'delivered']]);
  });
});
