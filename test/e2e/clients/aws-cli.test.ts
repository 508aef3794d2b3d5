import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startDynamoDb, type RunningDynamoDb } from '../../../src/server/dynamodb.js';
import { run } from '../../support/freshet.js';
import { awsCli } from '../../support/programs.js';

describe('the aws command', { skip: awsCli.skip }, () => {
  let server: RunningDynamoDb;
  before(async () => {
    server = await startDynamoDb();
  });
  after(() => server.close());

  /** Runs one command; `--` arguments as a person types them. */
  async function aws<T = Record<string, unknown>>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await run(awsCli.command, [...args, ...common()], ENVIRONMENT);
    assert.equal(code, 0, stderr);
    return (stdout.trim() === '' ? {} : JSON.parse(stdout)) as T;
  }
  const common = (): string[] => ['--endpoint-url', server.endpoint, '--region', 'us-east-1'];
  const ENVIRONMENT = {
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    AWS_PAGER: '',
    AWS_EC2_METADATA_DISABLED: 'true',
  };

  it('makes a table, writes, reads in pages, transacts, reads the stream, and drops it', async () => {
    await aws(
      ...['dynamodb', 'create-table', '--table-name', 'orders'],
      ...['--attribute-definitions', 'AttributeName=pk,AttributeType=S'],
      ...['AttributeName=sk,AttributeType=N', 'AttributeName=city,AttributeType=S'],
      ...['--key-schema', 'AttributeName=pk,KeyType=HASH', 'AttributeName=sk,KeyType=RANGE'],
      ...['--billing-mode', 'PAY_PER_REQUEST'],
      ...['--stream-specification', 'StreamEnabled=true,StreamViewType=NEW_IMAGE'],
      '--global-secondary-indexes',
      '[{"IndexName":"byCity","KeySchema":[{"AttributeName":"city","KeyType":"HASH"}],"Projection":{"ProjectionType":"ALL"}}]',
    );
    await aws('dynamodb', 'wait', 'table-exists', '--table-name', 'orders');
    const put = (n: number): object => ({
      PutRequest: {
        Item: { pk: { S: 'a' }, sk: { N: String(n) }, city: { S: n % 2 ? 'Osaka' : 'Nara' } },
      },
    });
    await aws(
      ...['dynamodb', 'batch-write-item', '--request-items'],
      JSON.stringify({ orders: Array.from({ length: 25 }, (_, n) => put(n)) }),
    );
    const { Attributes } = await aws<{ Attributes: object }>(
      ...['dynamodb', 'update-item', '--table-name', 'orders'],
      ...['--key', '{"pk":{"S":"a"},"sk":{"N":"3"}}'],
      ...['--update-expression', 'SET #c = :c ADD visits :one'],
      ...['--expression-attribute-names', '{"#c":"city"}'],
      ...['--expression-attribute-values', '{":c":{"S":"Kobe"},":one":{"N":"1"}}'],
      ...['--return-values', 'UPDATED_NEW'],
    );
    assert.deepEqual(Attributes, { city: { S: 'Kobe' }, visits: { N: '1' } });

    const first = await aws<{ Items: object[]; NextToken: string }>(
      ...['dynamodb', 'query', '--table-name', 'orders', '--max-items', '10'],
      ...['--key-condition-expression', 'pk = :p AND sk >= :s'],
      ...['--expression-attribute-values', '{":p":{"S":"a"},":s":{"N":"5"}}'],
    );
    assert.equal(first.Items.length, 10);
    const rest = await aws<{ Items: object[] }>(
      ...['dynamodb', 'query', '--table-name', 'orders', '--starting-token', first.NextToken],
      ...['--key-condition-expression', 'pk = :p AND sk >= :s'],
      ...['--expression-attribute-values', '{":p":{"S":"a"},":s":{"N":"5"}}'],
    );
    assert.equal(rest.Items.length, 10);
    const kobe = await aws<{ Count: number }>(
      ...['dynamodb', 'query', '--table-name', 'orders', '--index-name', 'byCity'],
      ...['--key-condition-expression', 'city = :c', '--select', 'COUNT'],
      ...['--expression-attribute-values', '{":c":{"S":"Kobe"}}'],
    );
    assert.equal(kobe.Count, 1);

    const refused = await run(
      awsCli.command,
      [
        ...['dynamodb', 'put-item', '--table-name', 'orders'],
        ...['--item', '{"pk":{"S":"a"},"sk":{"N":"3"}}'],
        ...['--condition-expression', 'attribute_not_exists(pk)'],
        ...common(),
      ],
      ENVIRONMENT,
    );
    assert.notEqual(refused.code, 0);
    assert.match(
      refused.stderr,
      /\(ConditionalCheckFailedException\) when calling the PutItem operation: The conditional request failed/,
    );
    await aws(
      ...['dynamodb', 'transact-write-items', '--transact-items'],
      JSON.stringify([
        { Put: { TableName: 'orders', Item: { pk: { S: 'b' }, sk: { N: '1' } } } },
        { Delete: { TableName: 'orders', Key: { pk: { S: 'a' }, sk: { N: '0' } } } },
      ]),
    );
    const all = await aws<{ Count: number }>('dynamodb', 'scan', '--table-name', 'orders');
    assert.equal(all.Count, 25);

    const { Streams } = await aws<{ Streams: { StreamArn: string }[] }>(
      ...['dynamodbstreams', 'list-streams', '--table-name', 'orders'],
    );
    const { StreamDescription } = await aws<{
      StreamDescription: { Shards: { ShardId: string }[] };
    }>('dynamodbstreams', 'describe-stream', '--stream-arn', Streams[0]!.StreamArn);
    assert.equal(StreamDescription.Shards.length, 4);
    await aws('dynamodb', 'delete-table', '--table-name', 'orders');
    await aws('dynamodb', 'wait', 'table-not-exists', '--table-name', 'orders');
  });
});
