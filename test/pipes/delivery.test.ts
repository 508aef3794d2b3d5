import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { MAX_IN_FLIGHT } from '../../src/pipes/delivery/delivery.js';
import { Harness, pipeResource, until, type Answer } from './harness.js';

describe('a pipe delivers', () => {
  let harness: Harness;
  /** Resolves when `release` is called. */
  let released: Promise<Answer>;
  let release: (answer: Answer) => void;
  beforeEach(() => {
    harness = new Harness();
    released = new Promise((resolve) => (release = resolve));
  });
  afterEach(() => harness.supervisor.close());

  it('each change as its template says', async () => {
    harness.stream.write('a', 1);
    await harness.run();
    harness.stream.write('b', 2);
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'b=2']);
  });

  it('the record itself when there is no template', async () => {
    harness.stream.write('a', 1);
    await harness.run(pipeResource({ targetParameters: {} }));
    await harness.idle();
    const sent = JSON.parse(harness.target.bodies[0]!) as { eventName: string; dynamodb: object };
    assert.equal(sent.eventName, 'MODIFY');
    assert.deepEqual(Object.keys(sent), [
      'eventID',
      'eventName',
      'eventVersion',
      'eventSource',
      'awsRegion',
      'dynamodb',
      'eventSourceARN',
    ]);
  });

  it('what any of its filters lets through', async () => {
    const filters = ['{"eventName":["INSERT"]}', '{"dynamodb":{"Keys":{"pk":{"S":["b"]}}}}'];
    const { sourceParameters } = pipeResource();
    await harness.run(
      pipeResource({
        sourceParameters: {
          ...sourceParameters,
          FilterCriteria: { Filters: filters.map((Pattern) => ({ Pattern })) },
        },
      }),
    );
    harness.stream.write('a', 1, { eventName: 'INSERT' });
    harness.stream.write('a', 2);
    harness.stream.write('b', 3);
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'b=3']);
    const status = harness.supervisor.status('users')!;
    assert.deepEqual([status.read, status.filtered, status.delivered], [3, 1, 2]);
  });

  it('different items at once, up to the bound', async () => {
    harness.target.script = () => released;
    for (let item = 0; item < 200; item += 1) harness.stream.write(`item ${item}`, 0);
    await harness.run();
    await until(() => harness.target.inFlight === MAX_IN_FLIGHT, 'the bound is reached');
    release(200);
    await harness.idle();
    assert.equal(harness.target.mostInFlight, MAX_IN_FLIGHT);
    assert.equal(harness.target.requests.length, 200);
  });

  it('no more at once than the rate limit lets through in a second', async () => {
    harness.target.rate = 10;
    harness.target.script = () => released;
    for (let item = 0; item < 50; item += 1) harness.stream.write(`item ${item}`, 0);
    await harness.run();
    await until(() => harness.target.inFlight >= 10, 'ten are in flight');
    release(200);
    await harness.idle();
    assert.equal(harness.target.mostInFlight, 10);
  });

  it('the changes of an item in order, while its first is retried', async () => {
    let failures = 3;
    harness.target.script = ({ body }) => (body.startsWith('a') && failures-- > 0 ? 503 : 200);
    for (const [item, value] of [
      ['a', 1],
      ['a', 2],
      ['b', 1],
      ['a', 3],
    ] as const)
      harness.stream.write(item, value);
    await harness.run();
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'b=1', 'a=1', 'a=1', 'a=1', 'a=2', 'a=3']);
    assert.equal(harness.supervisor.status('users')!.retried, 3);
  });

  it('other items past one that fails', async () => {
    harness.target.script = ({ body }) => (body.startsWith('poison') ? 500 : 200);
    harness.stream.write('poison', 1);
    for (let item = 0; item < 1_500; item += 1) harness.stream.write(`item ${item}`, 0);
    await harness.run();
    await until(
      () => harness.supervisor.status('users')!.delivered === 1_500,
      'others are through',
    );
    assert.equal(harness.state.position(), undefined, 'the checkpoint waits for the failing one');
    harness.target.script = () => 200;
    await harness.idle();
  });

  it('not sooner than Retry-After asks for', async () => {
    const times: number[] = [];
    harness.target.script = () => {
      times.push(performance.now());
      return times.length === 1 ? { status: 429, outcome: 'retry', retryAfterMs: 300 } : 200;
    };
    harness.stream.write('a', 1);
    await harness.run();
    await harness.idle();
    assert.ok(times[1]! - times[0]! >= 299, `waited ${times[1]! - times[0]!} ms`);
  });

  it('with path, header and query parameters taken from the record', async () => {
    await harness.run(
      pipeResource({
        targetParameters: {
          HttpParameters: {
            PathParameterValues: ['$.dynamodb.Keys.pk.S', 'fixed'],
            HeaderParameters: { 'X-Event': '$.eventName', 'X-Gone': '$.dynamodb.NewImage.gone.S' },
            QueryStringParameters: { v: '$.dynamodb.NewImage.v.S', none: '$.none' },
          },
        },
      }),
    );
    harness.stream.write('a/b', 1);
    await harness.idle();
    const [request] = harness.target.requests;
    assert.deepEqual(request!.pathParameters, ['a/b', 'fixed']);
    assert.deepEqual({ ...request!.headerParameters }, { 'X-Event': 'MODIFY', 'X-Gone': '' });
    assert.deepEqual({ ...request!.queryStringParameters }, { v: '1', none: '' });
  });
});

describe('a target that is down', () => {
  it('is probed now and then, and served at once when it is back', async () => {
    const harness = new Harness();
    let up = false;
    harness.target.script = () => (up ? 200 : { outcome: 'retry' });
    for (let item = 0; item < 3_000; item += 1) harness.stream.write(`item ${item % 500}`, item);
    await harness.run();
    await until(() => harness.target.requests.length > MAX_IN_FLIGHT + 3, 'a few probes are sent');
    const { waiting } = harness.supervisor.status('users')!;
    assert.ok(waiting <= 2_000, 'what does not fit the window stays in the stream');
    assert.ok(harness.target.requests.length < MAX_IN_FLIGHT + 20, 'no storm of retries');
    up = true;
    const back = performance.now();
    await harness.idle();
    assert.ok(performance.now() - back < 3_000);
    assert.equal(harness.supervisor.status('users')!.delivered, 3_000);
    await harness.supervisor.close();
  });

  it('costs nothing while a probe is on its way', async () => {
    const harness = new Harness();
    let answer: (status: number) => void = () => undefined;
    const hanging = new Promise<Answer>((resolve) => (answer = resolve));
    harness.target.script = () => (harness.target.requests.length > 8 ? hanging : 500);
    for (let item = 0; item < 8; item += 1) harness.stream.write(`item ${item}`, 0);
    await harness.run();
    await until(() => harness.target.inFlight === 1, 'a probe is on its way');
    await delay(50);
    const { clockReads } = harness;
    await delay(150);
    assert.ok(
      harness.clockReads - clockReads < 20,
      `woke ${harness.clockReads - clockReads} times`,
    );
    answer(200);
    await harness.idle();
    await harness.supervisor.close();
  });

  it('is tried at once when its definition was changed', async () => {
    const harness = new Harness();
    harness.target.script = () => ({ status: 401, outcome: 'retry', retryAfterMs: 60_000 });
    harness.stream.write('a', 1);
    await harness.run();
    await until(() => harness.supervisor.status('users')!.waiting === 1, 'a retry is waited for');
    harness.target.script = () => 200;
    await harness.state.connections.create({
      name: 'momento',
      arn: '',
      secretArn: '',
      state: 'AUTHORIZED',
      authorizationType: 'API_KEY',
      publicAuthParameters: {},
      creationTime: 0,
      lastModifiedTime: 1,
    });
    await harness.idle();
    assert.equal(harness.supervisor.status('users')!.delivered, 1);
    await harness.supervisor.close();
  });
});

describe('a record that is given up', () => {
  let harness: Harness;
  beforeEach(() => (harness = new Harness()));
  afterEach(() => harness.supervisor.close());

  it('becomes a dead letter after its retries, whole, with request and answer', async () => {
    harness.target.script = ({ body }) => (body === 'a=1' ? 500 : 200);
    harness.stream.write('a', 1);
    harness.stream.write('a', 2);
    await harness.run(pipeResource({}, { MaximumRetryAttempts: 2 }));
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=1', 'a=1', 'a=2']);
    const [letter, ...others] = harness.state.deadLetters.letters;
    assert.equal(others.length, 0);
    assert.equal(letter!.condition, 'RetryAttemptsExhausted');
    assert.equal(letter!.attempts, 3);
    assert.equal(letter!.reason, 'The target answered 500.');
    assert.deepEqual(letter!.request, { method: 'PUT', url: 'https://cache.example/users' });
    assert.deepEqual(letter!.response, { status: 500, body: 'body' });
    assert.equal((letter!.record as { eventID: string }).eventID, 'e1001');
    assert.equal(letter!.shardId, 'shard-1');
  });

  it('is not tried again when the target rejects it', async () => {
    harness.target.script = () => 403;
    harness.stream.write('a', 1);
    await harness.run();
    await harness.idle();
    assert.equal(harness.target.requests.length, 1);
    assert.equal(harness.state.deadLetters.letters[0]!.attempts, 1);
  });

  it('is one that grew too old, sent or not', async () => {
    harness.stream.write('a', 1, { writtenAt: Date.now() - 120_000 });
    harness.stream.write('b', 2);
    await harness.run(pipeResource({}, { MaximumRecordAgeInSeconds: 60 }));
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['b=2']);
    const [letter] = harness.state.deadLetters.letters;
    assert.equal(letter!.condition, 'RecordAgeExceeded');
    assert.match(letter!.reason, /written 120 s ago, never sent/);
  });

  it('is one that grows too old while it waits as long as the target asked', async () => {
    harness.target.script = () => ({ status: 429, outcome: 'retry', retryAfterMs: 3_600_000 });
    harness.stream.write('a', 1, { writtenAt: Date.now() - 59_700 });
    await harness.run(pipeResource({}, { MaximumRecordAgeInSeconds: 60 }));
    await harness.idle();
    assert.equal(harness.target.bodies.length, 1);
    const [letter] = harness.state.deadLetters.letters;
    assert.equal(letter!.condition, 'RecordAgeExceeded');
  });

  it('is one that lacks a path parameter: no other URL is called in its place', async () => {
    await harness.run(
      pipeResource({
        targetParameters: {
          HttpParameters: { PathParameterValues: ['$.dynamodb.NewImage.gone.S'] },
        },
      }),
    );
    harness.stream.write('a', 1);
    await harness.idle();
    assert.equal(harness.target.requests.length, 0);
    const [letter] = harness.state.deadLetters.letters;
    assert.match(letter!.reason, /Path parameter 1 \(\$\.dynamodb\.NewImage\.gone\.S\) is missing/);
    assert.equal(letter!.request, undefined);
  });

  it('is one whose template gives no valid output', async () => {
    await harness.run(
      pipeResource({
        targetParameters: { InputTemplate: '{"image": "<$.dynamodb.NewImage>"}' },
      }),
    );
    harness.stream.write('a', 1);
    await harness.idle();
    assert.equal(harness.target.requests.length, 0);
    assert.match(harness.state.deadLetters.letters[0]!.reason, /The input template failed/);
  });

  it('holds back its item and the checkpoint until it is stored', async () => {
    harness.target.script = ({ body }) => (body === 'a=1' ? 400 : 200);
    harness.state.deadLetters.errors = [new Error('disk full'), new Error('disk full')];
    harness.stream.write('a', 1);
    harness.stream.write('a', 2);
    await harness.run();
    await until(() => harness.state.deadLetters.errors.length === 1, 'the first store has failed');
    assert.deepEqual(harness.target.bodies, ['a=1']);
    await harness.idle();
    assert.deepEqual(harness.target.bodies, ['a=1', 'a=2']);
    assert.equal(harness.state.deadLetters.letters.length, 1);
    assert.equal(harness.logLines.filter((line) => line.includes('could not be stored')).length, 1);
  });
});
