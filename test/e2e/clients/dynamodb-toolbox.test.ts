import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  $add,
  $append,
  $remove,
  BatchGetCommand,
  BatchGetRequest,
  BatchPutRequest,
  BatchWriteCommand,
  DeleteItemCommand,
  Entity,
  executeBatchGet,
  executeBatchWrite,
  executeTransactWrite,
  GetItemCommand,
  item,
  list,
  map,
  number,
  PutItemCommand,
  PutTransaction,
  QueryCommand,
  ScanCommand,
  set,
  string,
  Table,
  UpdateItemCommand,
  UpdateTransaction,
} from 'dynamodb-toolbox';
import { dynamoDbAndClient } from '../../support/dynamodb.js';

describe('dynamodb-toolbox', () => {
  it('puts, gets, updates, queries, batches and transacts entities', async (t) => {
    const { client } = await dynamoDbAndClient(t);
    await client.send(
      new CreateTableCommand({
        TableName: 'toolbox',
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: ['pk', 'sk', 'owner'].map((AttributeName) => ({
          AttributeName,
          AttributeType: 'S' as const,
        })),
        GlobalSecondaryIndexes: [
          {
            IndexName: 'byOwner',
            KeySchema: [{ AttributeName: 'owner', KeyType: 'HASH' }],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    );
    const table = new Table({
      name: 'toolbox',
      documentClient: DynamoDBDocumentClient.from(client, {
        marshallOptions: { removeUndefinedValues: true },
      }),
      partitionKey: { name: 'pk', type: 'string' },
      sortKey: { name: 'sk', type: 'string' },
      indexes: { byOwner: { type: 'global', partitionKey: { name: 'owner', type: 'string' } } },
    });
    const pets = new Entity({
      name: 'Pet',
      table,
      schema: item({
        kind: string().key().savedAs('pk'),
        name: string().key().savedAs('sk'),
        owner: string(),
        weight: number().default(1),
        toys: list(string()).optional(),
        colours: set(string()).optional(),
        chip: map({ id: string(), year: number() }).optional(),
      }),
    });

    const cat = {
      kind: 'cat',
      name: 'Tama',
      owner: 'Tanaka',
      toys: ['ball'],
      colours: new Set(['white']),
    };
    await pets.build(PutItemCommand).item(cat).send();
    await assert.rejects(
      pets
        .build(PutItemCommand)
        .item(cat)
        .options({ condition: { attr: 'name', exists: false } })
        .send(),
      { name: 'ConditionalCheckFailedException' },
    );
    const { Attributes } = await pets
      .build(UpdateItemCommand)
      .item({
        kind: 'cat',
        name: 'Tama',
        weight: $add(3),
        toys: $append(['mouse']),
        colours: $remove(),
      })
      .options({ returnValues: 'ALL_NEW' })
      .send();
    assert.deepEqual(
      [Attributes?.weight, Attributes?.toys, Attributes?.colours],
      [4, ['ball', 'mouse'], undefined],
    );

    await executeBatchWrite(
      table.build(BatchWriteCommand).requests(
        ...Array.from({ length: 20 }, (_, at) =>
          pets.build(BatchPutRequest).item({
            kind: 'dog',
            name: `d${String(at).padStart(2, '0')}`,
            owner: at % 2 ? 'Sato' : 'Abe',
            weight: at,
          }),
        ),
      ),
    );
    const { Items: dogs } = await table
      .build(QueryCommand)
      .query({ partition: 'dog', range: { between: ['d05', 'd09'] } })
      .entities(pets)
      .options({ reverse: true, filters: { Pet: { attr: 'weight', gt: 5 } } })
      .send();
    assert.deepEqual(
      dogs?.map(({ name }) => name),
      ['d09', 'd08', 'd07', 'd06'],
    );
    const { Count } = await table
      .build(QueryCommand)
      .query({ index: 'byOwner', partition: 'Sato' })
      .options({ select: 'COUNT' })
      .send();
    assert.equal(Count, 10);
    const { Items: all } = await table
      .build(ScanCommand)
      .entities(pets)
      .options({ maxPages: Infinity, limit: 4 })
      .send();
    assert.equal(all?.length, 21);

    const { Responses } = await executeBatchGet(
      table
        .build(BatchGetCommand)
        .requests(
          pets.build(BatchGetRequest).key({ kind: 'dog', name: 'd01' }),
          pets.build(BatchGetRequest).key({ kind: 'cat', name: 'Tama' }),
        ),
    );
    assert.equal(Responses[0].filter(Boolean).length, 2);
    await executeTransactWrite(
      pets.build(PutTransaction).item({ kind: 'bird', name: 'Pi', owner: 'Abe' }),
      pets.build(UpdateTransaction).item({ kind: 'dog', name: 'd01', owner: 'Abe' }),
    );
    const { Item } = await pets
      .build(GetItemCommand)
      .key({ kind: 'dog', name: 'd01' })
      .options({ consistent: true })
      .send();
    assert.equal(Item?.owner, 'Abe');
    await pets.build(DeleteItemCommand).key({ kind: 'bird', name: 'Pi' }).send();
    assert.equal(
      (await pets.build(GetItemCommand).key({ kind: 'bird', name: 'Pi' }).send()).Item,
      undefined,
    );
  });
});
