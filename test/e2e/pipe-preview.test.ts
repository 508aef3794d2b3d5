import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribePipeCommand,
  ListPipesCommand,
  PipesClient,
  UpdatePipeCommand,
} from '@aws-sdk/client-pipes';
import { extendedPipe, RecordingTarget } from '../support/extended-pipe.js';
import {
  eventually,
  runFreshet,
  startFreshet,
  temporaryFolder,
  type FreshetProcess,
} from '../support/freshet.js';

const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
const TEMPLATE =
  '{"name": "<$.dynamodb.NewImage.name.S>", "last": "<$.dynamodb.NewImage.last_purchesed_at.S>"}';

interface Previewed {
  previews: {
    filter: string;
    target: {
      rendered: string;
      request: { method: string; url: string; headers: Record<string, string>; body: string };
      problem?: string;
    };
  }[];
}

describe('freshet pipes preview and lint', () => {
  const target = new RecordingTarget();
  let server: FreshetProcess;
  let dynamodb: DynamoDBClient;
  let pipes: PipesClient;
  before(async () => {
    await target.listen();
    const template = extendedPipe(target.origin, { tags: { 'freshet:on-remove': 'DELETE' } });
    server = await startFreshet({ args: ['--template', template] });
    const client = { endpoint: server.endpoint, region: 'us-east-1', credentials };
    dynamodb = new DynamoDBClient(client);
    pipes = new PipesClient(client);
    const Item = { id: { S: '001' }, name: { S: 'Ann' }, last_purchased_at: { S: '2025' } };
    await dynamodb.send(new PutItemCommand({ TableName: 'items', Item }));
    assert.equal((await freshet('wait')).code, 0);
  });
  after(async () => {
    dynamodb.destroy();
    pipes.destroy();
    await server.stop();
    target.close();
  });
  const freshet = (command: string, ...args: string[]) =>
    runFreshet(['pipes', command, 'items', ...args, '--endpoint', server.endpoint]);
  const preview = async (request: object): Promise<Response> =>
    fetch(`${server.endpoint}/_freshet/pipes/items/preview`, {
      method: 'POST',
      body: JSON.stringify(request),
    });

  it('shows the very request that is sent, but for its secrets, and sends none', async () => {
    const [sent] = target.taken;
    const { previews } = (await (await preview({ last: 1 })).json()) as Previewed;
    const { filter, target: stage } = previews[0]!;
    assert.equal(filter, 'passed');
    const { method, url, headers, body } = stage.request;
    assert.deepEqual(
      [method, url, body],
      [sent!.method, `${target.origin}${sent!.url}`, sent!.body],
    );
    for (const [name, value] of Object.entries(headers))
      assert.equal(value, name === 'X-Api-Key' ? '***' : sent!.headers[name.toLowerCase()], name);
    assert.equal(target.taken.length, 1);
  });

  it('takes a record from a file, and says what is wrong with it', async () => {
    const file = join(temporaryFolder(), 'record.json');
    const record = { eventID: '1', eventName: 'REMOVE', dynamodb: { Keys: { id: { S: '7' } } } };
    writeFileSync(file, JSON.stringify(record));
    const { stdout } = await freshet('preview', '--record', file);
    assert.match(stdout, /^REMOVE 1 passes the filters\n\ntarget\n {2}DELETE .*\/items\/7\n/);
    assert.ok(!stdout.includes('key-of-the-target'));
    writeFileSync(file, '{"eventName": "REMOVE"}');
    assert.match((await freshet('preview', '--record', file)).stderr, /dynamodb\.Keys/);
  });

  it('renders a definition that is not saved', async () => {
    const definition = {
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["REMOVE"]}' }] },
      TargetParameters: { InputTemplate: '{"n": <$.dynamodb.NewImage.name.S>}' },
    };
    const { previews } = (await (await preview({ definition })).json()) as Previewed;
    assert.deepEqual(
      [previews[0]!.filter, previews[0]!.target.rendered],
      ['filtered', '{"n":"Ann"}'],
    );
    for (const [wrong, message] of [
      [{ definition: { TargetParameters: { InputTemplate: '<aws.pipes.nope>' } } }, /Unknown/],
      [{ definition: { FilterCriteria: { Filters: [{ Pattern: '{' }] } } }, /./],
      [{ definition: { TargetParameters: { InputTemplate: 7 } } }, /UpdatePipe/],
      [{ last: 21 }, /from 1 to 20/],
    ] as const) {
      const answer = await preview(wrong);
      assert.equal(answer.status, 400);
      assert.match(await answer.text(), message);
    }
  });

  it('takes a draft as CreatePipe takes it, with its tags and its templates for each event, and keeps nothing', async () => {
    const stored = await pipes.send(new DescribePipeCommand({ Name: 'items' }));
    const definition = {
      Source: stored.Source,
      SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'LATEST' } },
      Target: stored.Target,
      TargetParameters: {
        InputTemplate: '{"name": "<$.dynamodb.NewImage.nam.S>", "always": 1}',
        HttpParameters: { PathParameterValues: ['<freshet.keys.id>'] },
      },
      Tags: { 'freshet:missing-values': 'drop-key', 'freshet:on-remove': 'SEND' },
      Freshet: { InputTemplates: { REMOVE: '{"gone": <freshet.keys>}' } },
    };
    const ask = (what: string, request: object): Promise<Response> =>
      fetch(`${server.endpoint}/_freshet/${what}`, {
        method: 'POST',
        body: JSON.stringify(request),
      });
    const sent = async (request: object): Promise<string> => {
      const { previews } = (await (await ask('preview', request)).json()) as Previewed;
      return previews[0]!.target.request.body;
    };
    assert.equal(await sent({ definition }), '{"always":1}');
    const record = { eventID: '1', eventName: 'REMOVE', dynamodb: { Keys: { id: { S: '7' } } } };
    assert.equal(await sent({ definition, record }), '{"gone":{"id":"7"}}');
    const lint = (await (await ask('lint', { definition })).json()) as {
      warnings: { code: string; suggestion?: string }[];
    };
    assert.deepEqual(
      lint.warnings.map(({ code, suggestion }) => [code, suggestion]),
      [['PathMissing', '$.dynamodb.NewImage.name.S']],
    );
    const wrong = {
      ...definition,
      SourceParameters: {
        ...definition.SourceParameters,
        FilterCriteria: { Filters: [{ Pattern: '{' }] },
      },
    };
    const refused = await ask('preview', { definition: wrong });
    const { code, fieldList } = (await refused.json()) as {
      code: string;
      fieldList: { name: string }[];
    };
    assert.deepEqual(
      [refused.status, code, fieldList[0]!.name],
      [400, 'ValidationException', 'SourceParameters.FilterCriteria.Filters[0].Pattern'],
    );
    assert.equal((await ask('lint', {})).status, 400);
    assert.equal(target.taken.length, 1);
    const { Pipes } = await pipes.send(new ListPipesCommand({}));
    assert.equal(Pipes?.length, 1);
  });

  it('has nothing against a pipe without fault', async () => {
    const { code, stdout, stderr } = await freshet('lint');
    assert.match(stderr, /^note: .* tried again for ever/);
    assert.deepEqual([code, stdout], [0, '0 warnings, judged by 2 records and items\n']);
    assert.ok(!server.output().includes('did you mean'), server.output());
  });

  it("finds the article's misspelling: in lint, on update in the log, and in the pipe's description", async () => {
    await pipes.send(
      new UpdatePipeCommand({
        Name: 'items',
        RoleArn: 'arn:aws:iam::000000000000:role/pipe',
        TargetParameters: {
          InputTemplate: TEMPLATE,
          HttpParameters: { PathParameterValues: ['$.dynamodb.Keys.id.S'] },
        },
      }),
    );
    await eventually('the log tells it', async () =>
      server.output().includes('did you mean `last_purchased_at`?') ? true : undefined,
    );
    await eventually('DescribePipe tells it', async () => {
      const { CurrentState, StateReason } = await pipes.send(
        new DescribePipeCommand({ Name: 'items' }),
      );
      return CurrentState === 'RUNNING' && /did you mean `last_purchased_at`\?/.test(StateReason!)
        ? true
        : undefined;
    });
    const { code, stdout } = await freshet('lint');
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^PathMissing: .*last_purchesed_at\.S.*; did you mean `last_purchased_at`\?/,
    );
    assert.match((await freshet('show')).stdout, /warning .*did you mean `last_purchased_at`\?/);
    const lint = await fetch(`${server.endpoint}/_freshet/pipes/items/lint`);
    const { warnings } = (await lint.json()) as { warnings: { suggestion: string }[] };
    assert.equal(warnings[0]!.suggestion, '$.dynamodb.NewImage.last_purchased_at.S');
  });
});
