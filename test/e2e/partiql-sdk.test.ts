import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  DuplicateItemException,
  DynamoDBClient,
  ExecuteStatementCommand,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchExecuteStatementCommand,
  DynamoDBDocumentClient,
  ExecuteStatementCommand as ExecuteDocumentStatementCommand,
  ExecuteTransactionCommand,
  type ExecuteStatementCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { startFreshet, type FreshetProcess } from '../support/freshet.js';

describe('PartiQL with the JavaScript SDK', () => {
  let server: FreshetProcess;
  let client: DynamoDBClient;
  let documents: DynamoDBDocumentClient;
  before(async () => {
    server = await startFreshet();
    client = new DynamoDBClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    documents = DynamoDBDocumentClient.from(client);
    await client.send(
      new CreateTableCommand({
        TableName: 'Music',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'Artist', AttributeType: 'S' },
          { AttributeName: 'Title', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'Artist', KeyType: 'HASH' },
          { AttributeName: 'Title', KeyType: 'RANGE' },
        ],
      }),
    );
  });
  after(() => {
    client.destroy();
    return server.stop();
  });

  const execute = (
    Statement: string,
    Parameters?: unknown[],
    more: { NextToken?: string | undefined; Limit?: number } = {},
  ): Promise<ExecuteStatementCommandOutput> =>
    documents.send(new ExecuteDocumentStatementCommand({ Statement, Parameters, ...more }));

  it('inserts, reads, updates and deletes', async () => {
    await execute("INSERT INTO Music VALUE {'Artist': ?, 'Title': ?, 'Awards': ?}", [
      'No One',
      'Call Me',
      { Grammys: [2018, 2020] },
    ]);
    const found = await execute('SELECT Awards.Grammys[1] FROM Music WHERE Artist = ?', ['No One']);
    assert.deepEqual(found.Items, [{ 'Grammys[1]': 2020 }]);
    const updated = await execute(
      "UPDATE Music SET Members = <<'Ann', 'Bob'>> WHERE Artist = 'No One' AND Title = 'Call Me' " +
        'RETURNING MODIFIED NEW *',
    );
    assert.deepEqual(updated.Items, [{ Members: new Set(['Ann', 'Bob']) }]);
    const raw = await client.send(
      new ExecuteStatementCommand({
        Statement: "DELETE FROM Music WHERE Artist = ? AND Title = 'Call Me' RETURNING ALL OLD *",
        Parameters: [{ S: 'No One' }],
      }),
    );
    assert.deepEqual(raw.Items?.[0]?.['Members'], { SS: ['Ann', 'Bob'] });
  });

  it('throws the exceptions that the SDK knows', async () => {
    const insert = "INSERT INTO Music VALUE {'Artist': 'Twice', 'Title': 'x'}";
    await execute(insert);
    await assert.rejects(execute(insert), DuplicateItemException);
    await assert.rejects(
      execute("UPDATE Music SET a = 1 WHERE Artist = 'Never' AND Title = 'x'"),
      ConditionalCheckFailedException,
    );
    await assert.rejects(execute('SELECT * FORM Music'), { name: 'ValidationException' });
    await assert.rejects(
      documents.send(
        new ExecuteTransactionCommand({ TransactStatements: [{ Statement: insert }] }),
      ),
      (error) => {
        assert.ok(error instanceof TransactionCanceledException);
        assert.equal(error.CancellationReasons?.[0]?.Code, 'DuplicateItem');
        return true;
      },
    );
  });

  it('pages through a partition', async () => {
    for (const title of ['1', '2', '3'])
      await execute("INSERT INTO Music VALUE {'Artist': 'Paged', 'Title': ?}", [title]);
    const titles: unknown[] = [];
    let NextToken: string | undefined;
    do {
      const page = await execute(
        "SELECT Title FROM Music WHERE Artist = 'Paged' ORDER BY Title DESC",
        undefined,
        { Limit: 2, NextToken },
      );
      for (const row of page.Items ?? []) titles.push(row['Title']);
      ({ NextToken } = page);
    } while (NextToken !== undefined);
    assert.deepEqual(titles, ['3', '2', '1']);
  });

  it('runs batches and transactions', async () => {
    const written = await documents.send(
      new ExecuteTransactionCommand({
        TransactStatements: ['a', 'b'].map((title) => ({
          Statement: "INSERT INTO Music VALUE {'Artist': 'Batch', 'Title': ?, 'n': 1}",
          Parameters: [title],
        })),
      }),
    );
    assert.deepEqual(written.Responses, []);
    const read = await documents.send(
      new BatchExecuteStatementCommand({
        Statements: ['a', 'none'].map((title) => ({
          Statement: "SELECT n FROM Music WHERE Artist = 'Batch' AND Title = ?",
          Parameters: [title],
        })),
      }),
    );
    assert.deepEqual(read.Responses, [
      { TableName: 'Music', Item: { n: 1 } },
      { TableName: 'Music' },
    ]);
  });
});
