import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DescribeTimeToLiveCommand } from '@aws-sdk/client-dynamodb';
import dynamoose from 'dynamoose';
import type { Item } from 'dynamoose/dist/Item.js';
import { eventually } from '../../support/freshet.js';
import { dynamoDbAndClient } from '../../support/dynamodb.js';

interface Book extends Item {
  author: string;
  title: string;
  genre?: string;
  year: number;
  copies: number;
  tags?: Set<string>;
  printed?: Date;
  place: { shelf: string; row?: number };
  reviews?: string[];
  expires?: number;
}

const bookSchema = new dynamoose.Schema(
  {
    author: { type: String, hashKey: true },
    title: { type: String, rangeKey: true },
    genre: {
      type: String,
      index: { name: 'byGenre', type: 'global', rangeKey: 'year', project: ['title', 'copies'] },
    },
    year: { type: Number, index: { name: 'byYear', type: 'local' } },
    copies: { type: Number, default: 1, validate: (copies) => Number(copies) >= 0 },
    tags: { type: Set, schema: [String] },
    printed: Date,
    place: { type: Object, schema: { shelf: String, row: Number } },
    reviews: { type: Array, schema: [String] },
    expires: Number,
  },
  { timestamps: true },
);

describe('Dynamoose', () => {
  it('runs a library: a table made from the model, indexes, conditions, transactions', async (t) => {
    const { server, client } = await dynamoDbAndClient(t);
    dynamoose.aws.ddb.set(new dynamoose.aws.ddb.DynamoDB(server.clientConfig));
    t.after(() => dynamoose.aws.ddb.revert());
    const books = dynamoose.model<Book>('Book', bookSchema, {
      throughput: 'ON_DEMAND',
      expires: { attribute: 'expires', ttl: 3_600_000 },
      tags: { app: 'library' },
      initialize: false,
    });
    const members = dynamoose.model<Item & { id: number; borrowed: number }>(
      'Member',
      { id: Number, borrowed: { type: Number, default: 0 } },
      { initialize: false },
    );
    // The table is created, waited for, and given its time to live and tags.
    const table = new dynamoose.Table('library-books', [books], {
      throughput: 'ON_DEMAND',
      expires: { attribute: 'expires', ttl: 3_600_000 },
      tags: { app: 'library' },
      waitForActive: { enabled: true, check: { timeout: 10_000, frequency: 20 } },
      initialize: false,
    });
    await table.initialize();
    const people = new dynamoose.Table('library-members', [members], { initialize: false });
    await people.initialize();

    await t.test('the table is as the schema says', async () => {
      const { TimeToLiveDescription } = await client.send(
        new DescribeTimeToLiveCommand({ TableName: 'library-books' }),
      );
      assert.equal(TimeToLiveDescription?.AttributeName, 'expires');
    });

    await t.test('create, and create again', async () => {
      const emma = await books.create({
        author: 'Austen',
        title: 'Emma',
        genre: 'novel',
        year: 1815,
        tags: new Set(['classic', 'comedy']),
        printed: new Date('1999-12-31T23:59:59.000Z'),
        place: { shelf: 'A', row: 3 },
        reviews: ['witty'],
      });
      assert.equal(emma.copies, 1);
      await assert.rejects(
        books.create({ author: 'Austen', title: 'Emma', year: 1, place: { shelf: 'B' } }),
        { name: 'ConditionalCheckFailedException', message: 'The conditional request failed' },
      );
      const read = await books.get({ author: 'Austen', title: 'Emma' }, { consistent: true });
      assert.deepEqual(
        {
          ...read,
          createdAt: undefined,
          updatedAt: undefined,
          expires: typeof (read.expires as unknown),
        },
        {
          author: 'Austen',
          title: 'Emma',
          genre: 'novel',
          year: 1815,
          copies: 1,
          tags: new Set(['classic', 'comedy']),
          printed: new Date('1999-12-31T23:59:59.000Z'),
          place: { shelf: 'A', row: 3 },
          reviews: ['witty'],
          expires: 'object',
          createdAt: undefined,
          updatedAt: undefined,
        },
      );
      assert.equal(await books.get({ author: 'Austen', title: 'Emmma' }), undefined);
    });

    await t.test('batches', async () => {
      const many = Array.from({ length: 24 }, (_, at) => ({
        author: 'Verne',
        title: `Voyage ${String(at).padStart(2, '0')}`,
        genre: at % 3 === 0 ? 'science' : 'novel',
        year: 1900 - at,
        copies: at,
        place: { shelf: 'V' },
      }));
      const { unprocessedItems } = await books.batchPut(many);
      assert.deepEqual(unprocessedItems, []);
      const found = await books.batchGet([
        { author: 'Verne', title: 'Voyage 00' },
        { author: 'Verne', title: 'Voyage 23' },
        { author: 'Verne', title: 'Voyage 99' },
      ]);
      assert.deepEqual(found.map(({ copies }) => copies).sort(), [0, 23]);
    });

    await t.test('queries choose their index and come in pages', async () => {
      const novels = await books
        .query('genre')
        .eq('novel')
        .where('year')
        .between(1880, 1890)
        .exec();
      assert.deepEqual(
        novels.map(({ year }) => year),
        [1880, 1881, 1883, 1884, 1886, 1887, 1889, 1890],
      );
      const newest = await books
        .query('author')
        .eq('Verne')
        .using('byYear')
        .sort('descending')
        .limit(3)
        .exec();
      assert.deepEqual(
        newest.map(({ title }) => title),
        ['Voyage 00', 'Voyage 01', 'Voyage 02'],
      );
      const next = await books
        .query('author')
        .eq('Verne')
        .using('byYear')
        .sort('descending')
        .limit(3)
        .startAt(newest.lastKey)
        .exec();
      assert.equal(next[0]!.title, 'Voyage 03');
      const some = await books
        .scan('copies')
        .ge(20)
        .and()
        .parenthesis((inner) => inner.where('title').contains('Voyage'))
        .all()
        .exec();
      assert.equal(some.length, 4);
      const { count } = await books.query('author').eq('Verne').count().exec();
      assert.equal(count, 24);
    });

    await t.test('updates with conditions', async () => {
      const key = { author: 'Austen', title: 'Emma' };
      const updated = await books.update(
        key,
        {
          $SET: { genre: 'classic' },
          $ADD: { copies: 2, reviews: ['slow'] },
          $REMOVE: ['printed'],
        },
        { condition: new dynamoose.Condition().where('copies').eq(1) },
      );
      assert.deepEqual(
        [updated.genre, updated.copies, updated.reviews, updated.printed],
        ['classic', 3, ['witty', 'slow'], undefined],
      );
      await assert.rejects(
        books.update(
          key,
          { copies: 0 },
          { condition: new dynamoose.Condition().where('genre').eq('novel') },
        ),
        { name: 'ConditionalCheckFailedException' },
      );
      const moved = await eventually('the index follows', async () => {
        const classics = await books.query('genre').eq('classic').exec();
        return classics.length === 1 ? classics[0] : undefined;
      });
      assert.equal(moved.title, 'Emma');
    });

    await t.test('a transaction lends a book or does nothing', async () => {
      await members.create({ id: 7 });
      const lend = async (title: string): Promise<void> => {
        await dynamoose.transaction([
          books.transaction.update(
            { author: 'Verne', title },
            { $ADD: { copies: -1 } },
            { condition: new dynamoose.Condition().where('copies').gt(0) },
          ),
          members.transaction.update({ id: 7 }, { $ADD: { borrowed: 1 } }),
        ]);
      };
      await lend('Voyage 05');
      await assert.rejects(lend('Voyage 00'), { name: 'TransactionCanceledException' });
      const [book, member] = (await dynamoose.transaction([
        books.transaction.get({ author: 'Verne', title: 'Voyage 05' }),
        members.transaction.get({ id: 7 }),
      ])) as [Book, { borrowed: number }];
      assert.deepEqual([book.copies, member.borrowed], [4, 1]);
    });

    await t.test('deletes', async () => {
      await books.delete({ author: 'Austen', title: 'Emma' });
      await books.batchDelete([{ author: 'Verne', title: 'Voyage 00' }]);
      const { count } = await books.scan().count().exec();
      assert.equal(count, 23);
    });
  });
});
