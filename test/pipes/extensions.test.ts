import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { DeliveryRequest } from '../../src/destinations/index.js';
import type { PipeResource } from '../../src/state/index.js';
import { Harness, pipeResource } from './harness.js';

describe('a pipe with extensions', () => {
  let harness: Harness;
  beforeEach(() => (harness = new Harness()));
  afterEach(() => harness.supervisor.close());

  it('sends images as ordinary JSON, to addresses made of them', async () => {
    await harness.run(
      pipeResource({
        targetParameters: {
          InputTemplate: '<freshet.new-image>',
          HttpParameters: {
            PathParameterValues: ['<freshet.keys.pk>'],
            HeaderParameters: { 'X-Keys': '<freshet.keys>' },
            QueryStringParameters: { v: '<freshet.new-image.v>', old: '<freshet.old-image.v>' },
          },
        },
      }),
    );
    harness.stream.write('a', 1);
    await harness.idle();
    const [request] = harness.target.requests;
    assert.equal(request!.body, '{"pk":"a","v":"1"}');
    assert.deepEqual(request!.pathParameters, ['a']);
    assert.deepEqual({ ...request!.headerParameters }, { 'X-Keys': '{"pk":"a"}' });
    assert.deepEqual({ ...request!.queryStringParameters }, { v: '1', old: '' });
  });

  it('finds images also behind an enrichment that answers with something else', async () => {
    const enrichment = 'arn:aws:events:us-east-1:000000000000:api-destination/lookup/1';
    harness.target.script = (_request, _signal, arn) =>
      arn === enrichment ? { status: 200, answer: 'plain words' } : 200;
    await harness.run(
      pipeResource({
        enrichment,
        targetParameters: { InputTemplate: '{"words": <aws.pipes.event>, "was": <freshet.keys>}' },
      }),
    );
    harness.stream.write('a', 1);
    await harness.idle();
    assert.equal(harness.target.bodies[1], '{"words":"plain words","was":{"pk":"a"}}');
  });

  describe('that say what becomes of missing values', () => {
    const parameters = {
      InputTemplate: '{"pk": <freshet.keys.pk>, "gone": <freshet.new-image.gone>}',
      HttpParameters: {
        HeaderParameters: { 'X-Gone': '$.dynamodb.NewImage.gone.S', 'X-Kind': '$.eventName' },
        QueryStringParameters: { gone: '<freshet.new-image.gone>', v: '<freshet.new-image.v>' },
      },
    };
    const run = async (missing: string): Promise<void> => {
      await harness.run(
        pipeResource({
          targetParameters: parameters,
          tags: { 'freshet:missing-values': missing },
        }),
      );
      harness.stream.write('a', 1);
      await harness.idle();
    };
    const rows = [
      {
        missing: 'empty',
        body: '{"pk":"a","gone":""}',
        headers: { 'X-Gone': '', 'X-Kind': 'MODIFY' },
        query: { gone: '', v: '1' },
      },
      {
        missing: 'null',
        body: '{"pk":"a","gone":null}',
        headers: { 'X-Gone': '', 'X-Kind': 'MODIFY' },
        query: { gone: '', v: '1' },
      },
      {
        missing: 'drop-key',
        body: '{"pk":"a"}',
        headers: { 'X-Kind': 'MODIFY' },
        query: { v: '1' },
      },
    ];
    for (const { missing, body, headers, query } of rows)
      it(`sends them as ${missing}`, async () => {
        await run(missing);
        const [request] = harness.target.requests;
        assert.equal(request!.body, body);
        assert.deepEqual({ ...request!.headerParameters }, headers);
        assert.deepEqual({ ...request!.queryStringParameters }, query);
      });
    it('gives the record up, with the reason, when they are to fail', async () => {
      await run('fail');
      assert.equal(harness.target.requests.length, 0);
      const [letter] = harness.state.deadLetters.letters;
      assert.equal(
        letter!.reason,
        'Header parameter "X-Gone" has no value in this record, and missing values are to fail: correct it, or filter such records out.',
      );
    });
    it('gives up as well what the template misses', async () => {
      parameters.HttpParameters = { HeaderParameters: {}, QueryStringParameters: {} } as never;
      await run('fail');
      const [letter] = harness.state.deadLetters.letters;
      assert.match(
        letter!.reason,
        /^The input template failed: <freshet\.new-image\.gone> at character 35 of the template has no value in this record/,
      );
    });
  });

  describe('that say how requests are sent', () => {
    const tags = {
      'freshet:idempotency-key': 'true',
      'freshet:trace-context': 'true',
      'freshet:timeout-seconds': '60',
      'freshet:refresh-token-statuses': '403 419',
    };
    const enrichment = 'arn:aws:events:us-east-1:000000000000:api-destination/lookup/1';

    it('send the event ID as idempotency key and trace, the same with each try', async () => {
      const answers = [503, 200];
      harness.target.script = () => answers.shift()!;
      await harness.run(pipeResource({ tags }));
      const id = `e${harness.stream.write('a', 1)}`;
      await harness.idle();
      const [first, second] = harness.target.requests.map((one) => one.headerParameters);
      assert.equal(first!['Idempotency-Key'], id);
      assert.equal(second!['Idempotency-Key'], id);
      const [trace, other] = [first, second].map((one) =>
        /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(one!['traceparent']!),
      );
      assert.equal(trace![1], other![1]);
      assert.notEqual(trace![2], other![2]);
    });
    it('hand over the time limit and the statuses that refuse a token', async () => {
      await harness.run(pipeResource({ tags }));
      harness.stream.write('a', 1);
      await harness.idle();
      const { timeLimitMs, tokenRefusals } = harness.target.requests[0]!;
      assert.equal(timeLimitMs, 60_000);
      assert.deepEqual([...tokenRefusals!], [403, 419]);
    });
    it('are those of the enrichment too, but for the key, which is for one request', async () => {
      harness.target.script = (_request, _signal, arn) =>
        arn === enrichment ? { status: 200, answer: '{"a":1}' } : 200;
      await harness.run(pipeResource({ tags, enrichment }));
      harness.stream.write('a', 1);
      await harness.idle();
      const [asked, sent] = harness.target.requests;
      assert.equal(asked!.headerParameters['Idempotency-Key'], undefined);
      assert.equal(asked!.timeLimitMs, 60_000);
      const traceOf = ({ headerParameters }: DeliveryRequest) =>
        headerParameters['traceparent']!.slice(3, 35);
      assert.equal(traceOf(asked!), traceOf(sent!));
    });
    it("leave a header of the pipe's own as it is", async () => {
      const HeaderParameters = { 'idempotency-key': '$.eventName', Traceparent: 'mine' };
      await harness.run(
        pipeResource({ tags, targetParameters: { HttpParameters: { HeaderParameters } } }),
      );
      harness.stream.write('a', 1);
      await harness.idle();
      assert.deepEqual(
        { ...harness.target.requests[0]!.headerParameters },
        { 'idempotency-key': 'MODIFY', Traceparent: 'mine' },
      );
    });
    it('are not there without the tags', async () => {
      await harness.run(pipeResource());
      harness.stream.write('a', 1);
      await harness.idle();
      const { body, headerParameters, ...rest } = harness.target.requests[0]!;
      assert.deepEqual([body, { ...headerParameters }], ['a=1', {}]);
      assert.deepEqual(Object.keys(rest), ['pathParameters', 'queryStringParameters']);
    });
  });

  describe('that say what becomes of a removed item', () => {
    const run = async (onRemove: string, resource: Partial<PipeResource> = {}): Promise<void> => {
      await harness.run(pipeResource({ tags: { 'freshet:on-remove': onRemove }, ...resource }));
      harness.stream.write('a', 1, { eventName: 'INSERT' });
      harness.stream.write('a', 2, { eventName: 'REMOVE' });
      harness.stream.write('a', 3, { eventName: 'INSERT' });
      await harness.idle();
    };
    const sent = (): unknown[] => harness.target.requests.map(({ method, body }) => [method, body]);

    it('send it as any other record', async () => {
      await run('SEND');
      assert.deepEqual(sent(), [
        [undefined, 'a=1'],
        [undefined, 'a='],
        [undefined, 'a=3'],
      ]);
    });
    it('skip it, and count it as filtered out', async () => {
      await run('SKIP');
      assert.deepEqual(harness.target.bodies, ['a=1', 'a=3']);
      const status = harness.supervisor.status('users')!;
      assert.deepEqual([status.read, status.filtered, status.delivered], [3, 1, 2]);
    });
    it('delete it in its turn, also while what came before it fails', async () => {
      let failures = 3;
      harness.target.script = ({ body }) => (body === 'a=1' && failures-- > 0 ? 503 : 200);
      await run('DELETE', {
        targetParameters: {
          InputTemplate: 'a=<$.dynamodb.NewImage.v.S>',
          HttpParameters: {
            PathParameterValues: ['$.dynamodb.Keys.pk.S'],
            QueryStringParameters: { ttl: '$.dynamodb.NewImage.ttl.N', kind: '$.eventName' },
          },
        },
      });
      assert.deepEqual(sent().slice(3), [
        [undefined, 'a=1'],
        ['DELETE', ''],
        [undefined, 'a=3'],
      ]);
      const { pathParameters, queryStringParameters } = harness.target.requests[4]!;
      assert.deepEqual(pathParameters, ['a']);
      assert.deepEqual({ ...queryStringParameters }, { ttl: '', kind: 'REMOVE' });
    });
    it('delete it with what the enrichment answers, which is asked as ever', async () => {
      const enrichment = 'arn:aws:events:us-east-1:000000000000:api-destination/lookup/1';
      harness.target.script = (_request, _signal, arn) =>
        arn === enrichment ? { status: 200, answer: '{"id": "x"}' } : 200;
      await run('DELETE', {
        enrichment,
        targetParameters: { HttpParameters: { PathParameterValues: ['$.id'] } },
      });
      const [, , asked, deleted] = harness.target.requests;
      assert.equal(asked!.method, undefined);
      assert.deepEqual([deleted!.method, deleted!.pathParameters], ['DELETE', ['x']]);
    });
  });

  it('has a template for each event', async () => {
    await harness.run(
      pipeResource({
        extensions: { InputTemplates: { INSERT: 'new <$.eventID>', REMOVE: '<freshet.keys>' } },
      }),
    );
    const id = harness.stream.write('a', 1, { eventName: 'INSERT' });
    harness.stream.write('a', 2);
    harness.stream.write('a', 3, { eventName: 'REMOVE' });
    await harness.idle();
    assert.deepEqual(harness.target.bodies, [`new e${id}`, 'a=2', '{"pk":"a"}']);
  });

  it('names the record, not the answer of its enrichment, when an image lacks what a path needs', async () => {
    const enrichment = 'arn:aws:events:us-east-1:000000000000:api-destination/lookup/1';
    harness.target.script = () => ({ status: 200, answer: '{"a":1}' });
    const HttpParameters = { PathParameterValues: ['<freshet.new-image.gone>'] };
    await harness.run(pipeResource({ enrichment, targetParameters: { HttpParameters } }));
    harness.stream.write('a', 1);
    await harness.idle();
    assert.match(
      harness.state.deadLetters.letters[0]!.reason,
      /^Path parameter 1 \(<freshet\.new-image\.gone>\) is missing in this MODIFY record/,
    );
  });

  it('that its target cannot do, cannot run', async () => {
    const tags = { 'freshet:on-remove': 'DELETE' };
    await harness.run(pipeResource({ tags, target: 'arn:aws:sqs:us-east-1:000000000000:queue' }));
    await harness.pipeIs('CREATE_FAILED');
    assert.equal(
      (await harness.state.pipes.get('users'))!.stateReason,
      'The tag freshet:on-remove may be "DELETE" only where the target is an API destination.',
    );
  });

  it('that it does not know, cannot run, and says which there are', async () => {
    await harness.run(pipeResource({ tags: { 'freshet:unknown': '1' } }));
    await harness.pipeIs('CREATE_FAILED');
    const pipe = await harness.state.pipes.get('users');
    assert.match(pipe!.stateReason!, /freshet:unknown is no tag that Freshet knows\. There are /);
  });
});
