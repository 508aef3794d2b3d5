import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { EchoTarget } from '../support/echo-target.js';
import { extendedPipe } from '../support/extended-pipe.js';
import {
  runFreshet,
  startFreshet,
  temporaryFolder,
  type FreshetProcess,
} from '../support/freshet.js';

const TEMPLATE = '{"how": "<$.metod>", "key": "<$.headers.x-api-key>"}';

describe('freshet pipes lint and preview of a pipe with an enrichment', () => {
  const target = new EchoTarget('');
  let server: FreshetProcess;
  before(async () => {
    await target.listen();
    const template = extendedPipe(target.origin, { enriched: true, template: TEMPLATE });
    server = await startFreshet({ args: ['--template', template] });
  });
  after(async () => {
    await server.stop();
    target.close();
  });
  const freshet = (command: string, ...args: string[]) =>
    runFreshet(['pipes', command, 'items', ...args, '--endpoint', server.endpoint]);
  const recordFile = join(temporaryFolder(), 'record.json');
  writeFileSync(
    recordFile,
    '{"eventID": "1", "eventName": "INSERT", "dynamodb": {"Keys": {"id": {"S": "7"}}}}',
  );

  it('shows the question, and says that there is no telling what the target gets before it is answered', async () => {
    const { stdout } = await freshet('preview', '--record', recordFile);
    assert.match(stdout, /\nenrichment\n {2}PUT .*\/items\/asked\n/);
    assert.match(
      stdout,
      /\n\nThe target gets what the enrichment answers, .*--enrichment-response/,
    );
    const lint = await freshet('lint');
    assert.equal(lint.code, 0);
    assert.match(lint.stderr, /^note: The target's template is not judged: .* no answer is known/);
  });

  it('shows what the target would get of an answer that is given', async () => {
    const file = join(temporaryFolder(), 'answer.json');
    writeFileSync(file, '{"metod": "by hand"}');
    const options = ['--record', recordFile, '--enrichment-response', file];
    const { stdout } = await freshet('preview', ...options);
    assert.match(
      stdout,
      /\ntarget, with the given answer of the enrichment\n {2}PUT .*\/items\/7\n/,
    );
    assert.match(stdout, /\{"how":\s?"by hand"/);
    writeFileSync(file, '[]');
    assert.match((await freshet('preview', ...options)).stdout, /the target is not called/);
    assert.equal(target.taken.length, 0);
  });

  it('judges and shows the target by what the enrichment answered, without its secrets', async () => {
    const dynamodb = new DynamoDBClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    await dynamodb.send(new PutItemCommand({ TableName: 'items', Item: { id: { S: '001' } } }));
    dynamodb.destroy();
    assert.equal((await freshet('wait')).code, 0);
    const { code, stdout } = await freshet('lint');
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^PathMissing: `\$\.metod` is in 0 of 1 answer of the enrichment; did you mean `method`\?/,
    );
    assert.match(stdout, /judged by 2 records and items and 1 answer of the enrichment\n$/);
    const own = await freshet('preview');
    assert.match(own.stdout, /\ntarget, with what the enrichment answered\n/);
    assert.match(own.stdout, /\{"how":\s?"",\s?"key":\s?"\*\*\*"\}/);
    const other = await freshet('preview', '--record', recordFile);
    assert.match(other.stdout, /with what the enrichment answered for another record \(/);
    assert.match(JSON.stringify(target.taken.at(-1)), /key-of-the-target/);
  });
});
