import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  ConditionalCheckFailedException,
  CreateTableCommand,
  TransactionCanceledException,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  $add,
  $append,
  $delete,
  $get,
  $remove,
  any,
  BatchGetCommand,
  BatchGetRequest,
  BatchPutRequest,
  BatchDeleteRequest,
  BatchWriteCommand,
  ConditionCheck,
  DeleteItemCommand,
  Entity,
  executeBatchGet,
  executeBatchWrite,
  executeTransactGet,
  executeTransactWrite,
  GetItemCommand,
  GetTransaction,
  item,
  list,
  map,
  number,
  PutItemCommand,
  PutTransaction,
  QueryCommand,
  record,
  ScanCommand,
  set,
  string,
  Table,
  UpdateItemCommand,
  UpdateTransaction,
} from 'dynamodb-toolbox';
import { dynamoDbAndClient } from '../../support/dynamodb.js';

const NAME = 'pokedex';

async function createTable(client: DynamoDBClient): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: NAME,
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'trainer', AttributeType: 'S' },
        { AttributeName: 'level', AttributeType: 'N' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byTrainer',
          KeySchema: [
            { AttributeName: 'trainer', KeyType: 'HASH' },
            { AttributeName: 'level', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
}

describe('DynamoDB-Toolbox', () => {
  it('runs a game on one table: schemas, queries over entities, updates, transactions', async (t) => {
    const { client } = await dynamoDbAndClient(t);
    await createTable(client);
    const table = new Table({
      documentClient: DynamoDBDocumentClient.from(client, {
        marshallOptions: { removeUndefinedValues: true },
      }),
      name: NAME,
      partitionKey: { name: 'pk', type: 'string' },
      sortKey: { name: 'sk', type: 'string' },
      indexes: {
        byTrainer: {
          type: 'global',
          partitionKey: { name: 'trainer', type: 'string' },
          sortKey: { name: 'level', type: 'number' },
        },
      },
    });
    const pokemons = new Entity({
      name: 'Pokemon',
      table,
      schema: item({
        species: string()
          .key()
          .savedAs('pk')
          .transform({
            encode: (species: string) => `POKEMON#${species}`,
            decode: (key: string) => key.slice('POKEMON#'.length),
          }),
        name: string().key().savedAs('sk'),
        trainer: string().optional(),
        level: number().default(1),
        types: set(string()).optional(),
        moves: list(map({ name: string(), power: number() })).default([]),
        stats: record(string(), number()).optional(),
        extra: any().optional(),
      }),
    });
    const trainers = new Entity({
      name: 'Trainer',
      table,
      schema: item({
        id: string().key().savedAs('pk'),
        kind: string().key().savedAs('sk').default('TRAINER'),
        caught: number().default(0),
      }),
    });
    const get = async (species: string, name: string) =>
      (
        await pokemons
          .build(GetItemCommand)
          .key({ species, name })
          .options({ consistent: true })
          .send()
      ).Item;

    await t.test('put and get, refused when it is there', async () => {
      const put = () =>
        pokemons
          .build(PutItemCommand)
          .item({
            species: 'pikachu',
            name: 'sparky',
            trainer: 'ash',
            types: new Set(['electric']),
            moves: [{ name: 'shock', power: 40 }],
            stats: { speed: 90.5 },
            extra: { deep: [null, true, 'x'] },
          })
          .options({ condition: { attr: 'species', exists: false } })
          .send();
      await put();
      await assert.rejects(put(), ConditionalCheckFailedException);
      const { created, modified, ...pikachu } = (await get('pikachu', 'sparky'))!;
      assert.ok(!Number.isNaN(Date.parse(created)) && created === modified);
      assert.deepEqual(pikachu, {
        species: 'pikachu',
        name: 'sparky',
        trainer: 'ash',
        level: 1,
        types: new Set(['electric']),
        moves: [{ name: 'shock', power: 40 }],
        stats: { speed: 90.5 },
        extra: { deep: [null, true, 'x'] },
      });
    });

    await t.test('batches', async () => {
      const written = await executeBatchWrite(
        { capacity: 'TOTAL' },
        table.build(BatchWriteCommand).requests(
          trainers.build(BatchPutRequest).item({ id: 'ash' }),
          ...Array.from({ length: 20 }, (_, at) =>
            pokemons.build(BatchPutRequest).item({
              species: 'caterpie',
              name: `worm-${String(at).padStart(2, '0')}`,
              trainer: at % 2 ? 'ash' : 'misty',
              level: at,
            }),
          ),
        ),
      );
      assert.deepEqual(written.UnprocessedItems, {});
      const { Responses } = await executeBatchGet(
        table
          .build(BatchGetCommand)
          .requests(
            pokemons.build(BatchGetRequest).key({ species: 'caterpie', name: 'worm-03' }),
            trainers.build(BatchGetRequest).key({ id: 'ash' }),
            pokemons.build(BatchGetRequest).key({ species: 'caterpie', name: 'none' }),
          ),
      );
      const [worm, ash, none] = Responses[0];
      assert.deepEqual([worm?.level, ash?.caught, none], [3, 0, undefined]);
      await executeBatchWrite(
        table
          .build(BatchWriteCommand)
          .requests(
            pokemons.build(BatchDeleteRequest).key({ species: 'caterpie', name: 'worm-19' }),
          ),
      );
    });

    await t.test('queries and scans page through their entities', async () => {
      const names: string[] = [];
      let exclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await table
          .build(QueryCommand)
          .query({ index: 'byTrainer', partition: 'ash', range: { gte: 5 } })
          .entities(pokemons)
          .options({ limit: 3, reverse: true, ...(exclusiveStartKey && { exclusiveStartKey }) })
          .send();
        names.push(...page.Items!.map(({ name }) => name));
        exclusiveStartKey = page.LastEvaluatedKey;
      } while (exclusiveStartKey !== undefined);
      assert.deepEqual(
        names,
        [17, 15, 13, 11, 9, 7, 5].map((at) => `worm-${String(at).padStart(2, '0')}`),
      );
      const filtered = await table
        .build(QueryCommand)
        .query({ partition: 'POKEMON#caterpie', range: { beginsWith: 'worm-0' } })
        .entities(pokemons)
        .options({
          maxPages: Infinity,
          attributes: ['name', 'level'],
          filters: {
            Pokemon: {
              or: [
                { attr: 'level', between: [2, 3] },
                {
                  and: [
                    { attr: 'trainer', eq: 'misty' },
                    { attr: 'level', in: [4, 5, 6] },
                  ],
                },
              ],
            },
          },
        })
        .send();
      assert.deepEqual(filtered.Items, [
        { name: 'worm-02', level: 2 },
        { name: 'worm-03', level: 3 },
        { name: 'worm-04', level: 4 },
        { name: 'worm-06', level: 6 },
      ]);
      const scanned = await table
        .build(ScanCommand)
        .entities(pokemons, trainers)
        .options({ maxPages: Infinity, limit: 7 })
        .send();
      assert.equal(scanned.Items!.length, 21);
    });

    await t.test('updates of numbers, lists, sets and maps', async () => {
      const { Attributes } = await pokemons
        .build(UpdateItemCommand)
        .item({
          species: 'pikachu',
          name: 'sparky',
          level: $add(4),
          types: $add(new Set(['cute'])),
          moves: $append([{ name: 'bolt', power: 90 }]),
          stats: { speed: 100, luck: $get('level', 0) },
          extra: $remove(),
        })
        .options({
          condition: {
            and: [
              { attr: 'level', lt: 5 },
              { attr: 'types', contains: 'electric' },
            ],
          },
          returnValues: 'ALL_NEW',
        })
        .send();
      assert.deepEqual(
        [Attributes!.level, Attributes!.types, Attributes!.stats, Attributes!.extra],
        [5, new Set(['cute', 'electric']), { speed: 100, luck: 1 }, undefined],
      );
      await pokemons
        .build(UpdateItemCommand)
        .item({
          species: 'pikachu',
          name: 'sparky',
          types: $delete(new Set(['cute'])),
          moves: { 0: { power: $add(5) } },
        })
        .send();
      const pikachu = await get('pikachu', 'sparky');
      assert.deepEqual(pikachu!.types, new Set(['electric']));
      assert.deepEqual(pikachu!.moves, [
        { name: 'shock', power: 45 },
        { name: 'bolt', power: 90 },
      ]);
    });

    await t.test('transactions', async () => {
      const caught = (name: string) =>
        executeTransactWrite(
          pokemons
            .build(PutTransaction)
            .item({ species: 'eevee', name, trainer: 'ash', level: 3 })
            .options({ condition: { attr: 'species', exists: false } }),
          trainers.build(UpdateTransaction).item({ id: 'ash', caught: $add(1) }),
          pokemons
            .build(ConditionCheck)
            .key({ species: 'pikachu', name: 'sparky' })
            .condition({ attr: 'level', gte: 5 }),
        );
      await caught('fluffy');
      await assert.rejects(caught('fluffy'), (error) => {
        assert.ok(error instanceof TransactionCanceledException);
        assert.deepEqual(
          error.CancellationReasons!.map(({ Code }) => Code),
          ['ConditionalCheckFailed', 'None', 'None'],
        );
        return true;
      });
      const { Responses } = await executeTransactGet(
        trainers.build(GetTransaction).key({ id: 'ash' }),
        pokemons.build(GetTransaction).key({ species: 'eevee', name: 'fluffy' }),
      );
      assert.deepEqual([Responses![0].Item?.caught, Responses![1].Item?.level], [1, 3]);
    });

    await t.test('delete returns what was there', async () => {
      const { Attributes } = await pokemons
        .build(DeleteItemCommand)
        .key({ species: 'eevee', name: 'fluffy' })
        .options({ returnValues: 'ALL_OLD' })
        .send();
      assert.equal(Attributes?.trainer, 'ash');
      assert.equal(await get('eevee', 'fluffy'), undefined);
    });
  });
});
