import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DescribeTimeToLiveCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { Dynamo } from 'dynamodb-onetable/Dynamo';
import { Table } from 'dynamodb-onetable';
import { dynamoDbAndClient } from '../../support/dynamodb.js';

const TableName = 'saas';

const schema = {
  format: 'onetable:1.1.0',
  version: '0.0.1',
  indexes: {
    primary: { hash: 'pk', sort: 'sk' },
    gs1: { hash: 'gs1pk', sort: 'gs1sk', project: 'all' },
    ls1: { type: 'local', sort: 'ls1sk', project: 'all' },
  },
  models: {
    Account: {
      pk: { type: String, value: 'account#${id}' },
      sk: { type: String, value: 'account#' },
      id: { type: String, generate: 'ulid' },
      name: { type: String, required: true, unique: true },
      balance: { type: Number, default: 0 },
    },
    User: {
      pk: { type: String, value: 'account#${accountId}' },
      sk: { type: String, value: 'user#${email}' },
      gs1pk: { type: String, value: 'user#' },
      gs1sk: { type: String, value: 'user#${email}' },
      ls1sk: { type: String, value: 'status#${status}#${email}' },
      accountId: { type: String, required: true },
      email: { type: String, required: true, validate: /^\S+@\S+$/ },
      nick: { type: String },
      status: { type: String, enum: ['idle', 'active'], default: 'idle' },
      logins: { type: Number, default: 0 },
      birthday: { type: Date },
      address: { type: Object, schema: { street: { type: String }, zip: { type: String } } },
      tags: { type: Array, default: [] },
      groups: { type: Set },
    },
    Session: {
      pk: { type: String, value: 'session#${id}' },
      sk: { type: String, value: 'session#' },
      id: { type: String, required: true },
      until: { type: Date, ttl: true },
    },
  },
  params: { isoDates: true, timestamps: true },
} as const;

const byEmail = (a: { email: string }, b: { email: string }): number =>
  a.email < b.email ? -1 : 1;

describe('OneTable', () => {
  it('runs a service with accounts and users on one table', async (t) => {
    const { client } = await dynamoDbAndClient(t);
    const table = new Table({
      client: new Dynamo({ client }),
      name: TableName,
      schema,
      partial: true,
      logger: false,
    });
    const accounts = table.getModel('Account');
    const users = table.getModel('User');
    const sessions = table.getModel('Session');

    await t.test('the table is made, with its time to live', async () => {
      assert.equal(await table.exists(), false);
      await table.createTable({
        TimeToLiveSpecification: { Enabled: true, AttributeName: 'until' },
      });
      assert.equal(await table.exists(), true);
      assert.deepEqual(await table.getKeys(), {
        primary: { hash: 'pk', sort: 'sk' },
        gs1: { hash: 'gs1pk', sort: 'gs1sk', project: 'all' },
        ls1: { hash: 'pk', sort: 'ls1sk', type: 'local', project: 'all' },
      });
      const { TimeToLiveDescription } = await client.send(
        new DescribeTimeToLiveCommand({ TableName }),
      );
      assert.equal(TimeToLiveDescription?.AttributeName, 'until');
    });

    await t.test('unique attributes stay unique', async () => {
      const acme = await accounts.create({ name: 'Acme' });
      assert.match(acme.id!, /^[0-9A-Z]{26}$/);
      await assert.rejects(accounts.create({ name: 'Acme' }), {
        name: 'OneTableError',
        code: 'UniqueError',
      });
      await accounts.create({ name: 'Other' });
      await assert.rejects(accounts.update({ id: acme.id!, name: 'Other' }), {
        code: 'UniqueError',
      });
      await accounts.update({ id: acme.id!, name: 'Acme Inc' });
      const second = await accounts.create({ name: 'Acme' });
      await accounts.remove({ id: second.id! });
      await accounts.create({ name: 'Acme' });
      assert.equal((await accounts.get({ id: acme.id! }))?.name, 'Acme Inc');
    });

    await t.test('create, get, and find by each index, page by page', async () => {
      const created = await users.create({
        accountId: 'a1',
        email: 'ann@example.com',
        nick: 'ann',
        status: 'active',
        birthday: new Date('1990-02-03T00:00:00.000Z'),
        address: { street: '1 Main', zip: '123' },
        tags: [{ name: 'x' }],
        groups: new Set(['g1', 'g2']),
      });
      await assert.rejects(
        users.create({ accountId: 'a1', email: 'ann@example.com' }, { log: false }),
        { name: 'OneTableError', message: 'Conditional create failed for "User"' },
      );
      const ann = await users.get(
        { accountId: 'a1', email: 'ann@example.com' },
        { consistent: true },
      );
      assert.deepEqual(ann, created);
      assert.deepEqual([ann.groups, ann.logins], [new Set(['g1', 'g2']), 0]);

      const batch = {};
      for (let at = 0; at < 20; at += 1)
        await users.create(
          {
            accountId: at % 2 ? 'a1' : 'a2',
            email: `u${String(at).padStart(2, '0')}@example.com`,
            status: at % 5 === 0 ? 'active' : 'idle',
          },
          { batch },
        );
      await table.batchWrite(batch);

      const found: string[] = [];
      const sizes: number[] = [];
      let next: object | undefined;
      do {
        const page = await users.find({}, { index: 'gs1', limit: 8, ...(next && { next }) });
        found.push(...page.map(({ email }) => email));
        sizes.push(page.length);
        next = page.next;
      } while (next);
      assert.deepEqual(sizes.slice(0, 3), [8, 8, 5]);
      assert.deepEqual(found, [...found].sort());
      assert.equal(found.length, 21);
      const active = await users.find(
        { accountId: 'a1', ls1sk: { begins: 'status#active#' } },
        { index: 'ls1' },
      );
      assert.deepEqual(
        active.map(({ email }) => email),
        ['ann@example.com', 'u05@example.com', 'u15@example.com'],
      );
      const some = await users.find(
        { accountId: 'a2' },
        { where: '(${status} = {idle}) and (${email} > {u11@example.com})', fields: ['email'] },
      );
      assert.deepEqual(some.sort(byEmail), [
        { email: 'u12@example.com' },
        { email: 'u14@example.com' },
        { email: 'u16@example.com' },
        { email: 'u18@example.com' },
      ]);
      const { count } = await users.find({ accountId: 'a2' }, { count: true });
      assert.equal(count, 10);
      const got = {};
      await users.get({ accountId: 'a1', email: 'u01@example.com' }, { batch: got });
      await users.get({ accountId: 'a2', email: 'u02@example.com' }, { batch: got });
      const both = await table.batchGet<{ email: string }>(got, { parse: true, hidden: false });
      assert.deepEqual(
        both.sort(byEmail).map(({ email }) => email),
        ['u01@example.com', 'u02@example.com'],
      );
    });

    await t.test('updates: add, push, delete from a set, nested, with a condition', async () => {
      const key = { accountId: 'a1', email: 'ann@example.com' };
      const ann = await users.update(
        { ...key, address: { zip: '456' } },
        {
          add: { logins: 5 },
          push: { tags: [{ name: 'y' }] },
          delete: { groups: new Set(['g1']) },
          set: { status: 'idle' },
          remove: ['birthday'],
          where: '${status} = {active}',
        },
      );
      assert.deepEqual(
        [ann.logins, ann.tags, ann.groups, ann.status, ann.birthday, ann.address],
        [
          5,
          [{ name: 'x' }, { name: 'y' }],
          new Set(['g2']),
          'idle',
          undefined,
          { street: '1 Main', zip: '456' },
        ],
      );
      await assert.rejects(users.update({ ...key, nick: 'n' }, { where: '${logins} > {100}' }), {
        name: 'OneTableError',
      });
      await assert.rejects(users.update({ accountId: 'a1', email: 'none@example.com' }), {
        name: 'OneTableError',
      });
      const upserted = await users.upsert({ accountId: 'a1', email: 'new@example.com', logins: 1 });
      assert.equal(upserted.logins, 1);
    });

    await t.test('a transaction moves money or does nothing', async () => {
      const [from, to] = [
        await accounts.create({ name: 'from', balance: 10 }),
        await accounts.create({ name: 'to', balance: 0 }),
      ];
      const move = async (amount: number): Promise<void> => {
        const transaction = {};
        await accounts.update(
          { id: from.id! },
          { add: { balance: -amount }, where: `\${balance} >= {${String(amount)}}`, transaction },
        );
        await accounts.update({ id: to.id! }, { add: { balance: amount }, transaction });
        await table.transact('write', transaction, { parse: true });
      };
      await move(7);
      await assert.rejects(move(7), { name: 'OneTableError', code: /Transaction/ });
      const read = {};
      await accounts.get({ id: from.id! }, { transaction: read });
      await accounts.get({ id: to.id! }, { transaction: read });
      const balances = (await table.transact('get', read, {
        parse: true,
        hidden: true,
      })) as unknown;
      assert.deepEqual(
        (balances as { balance: number }[]).map(({ balance }) => balance),
        [3, 7],
      );
    });

    await t.test('a collection of an account is told apart by type', async () => {
      const items = await table.queryItems({ pk: 'account#a1' }, { parse: true, hidden: true });
      const groups = table.groupByType(items);
      assert.deepEqual(Object.keys(groups), ['User']);
      assert.equal(groups['User']!.length, 12);
      const fetched = await table.fetch(['User'], { pk: 'account#a1' });
      assert.equal(fetched['User']?.length, 12);
    });

    await t.test('time to live is kept in seconds', async () => {
      const until = new Date('2100-01-01T00:00:00.000Z');
      await sessions.create({ id: 's1', until });
      const { Items } = await client.send(
        new ScanCommand({
          TableName,
          FilterExpression: 'attribute_exists(#u)',
          ExpressionAttributeNames: { '#u': 'until' },
        }),
      );
      assert.deepEqual(
        Items!.map((item) => item['until']),
        [{ N: String(until.getTime() / 1000) }],
      );
    });

    await t.test('remove one, remove many, delete the table', async () => {
      await users.remove({ accountId: 'a1', email: 'ann@example.com' });
      await users.remove({ accountId: 'a2' }, { many: true });
      const { length } = await users.find({ accountId: 'a2' });
      assert.equal(length, 0);
      await table.deleteTable('DeleteTableForever');
      assert.equal(await table.exists(), false);
    });
  });
});
