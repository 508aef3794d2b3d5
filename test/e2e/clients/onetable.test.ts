import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Table } from 'dynamodb-onetable';
import { Dynamo } from 'dynamodb-onetable/Dynamo';
import { dynamoDbAndClient } from '../../support/dynamodb.js';

const SCHEMA = {
  format: 'onetable:1.1.0',
  version: '0.0.1',
  indexes: {
    primary: { hash: 'pk', sort: 'sk' },
    gs1: { hash: 'gs1pk', sort: 'gs1sk', project: 'all' },
  },
  models: {
    Account: {
      pk: { type: 'string', value: 'account#${id}' },
      sk: { type: 'string', value: 'account#' },
      id: { type: 'string', required: true },
      name: { type: 'string', required: true, unique: true },
      balance: { type: 'number', default: 0 },
    },
    User: {
      pk: { type: 'string', value: 'account#${accountId}' },
      sk: { type: 'string', value: 'user#${email}' },
      gs1pk: { type: 'string', value: 'user#' },
      gs1sk: { type: 'string', value: 'user#${email}' },
      accountId: { type: 'string', required: true },
      email: { type: 'string', required: true },
      role: { type: 'string', enum: ['admin', 'guest'], default: 'guest' },
      expires: { type: 'date', ttl: true },
      settings: { type: 'object', schema: { theme: { type: 'string' } } },
    },
  },
  params: { isoDates: true, timestamps: true },
} as const;

describe('OneTable', () => {
  it('makes its table and keeps unique names, transactions, pages and collections', async (t) => {
    const { client } = await dynamoDbAndClient(t);
    const table = new Table({
      client: new Dynamo({ client }),
      name: 'onetable',
      schema: SCHEMA,
      partial: true,
    });
    await table.createTable();
    assert.ok(await table.exists());
    const Account = table.getModel('Account');
    const User = table.getModel('User');

    await Account.create({ id: 'a1', name: 'Acme' });
    await assert.rejects(Account.create({ id: 'a2', name: 'Acme' }), /unique|Cannot create/i);
    await assert.rejects(Account.create({ id: 'a1', name: 'Other' }), /Cannot create|exists/i);

    const batch = {};
    for (let at = 0; at < 20; at += 1)
      await User.create(
        {
          accountId: 'a1',
          email: `u${String(at).padStart(2, '0')}@example.com`,
          role: at === 3 ? 'admin' : 'guest',
          expires: new Date(2_000_000_000_000),
          settings: { theme: 'dark' },
        },
        { batch },
      );
    await table.batchWrite(batch);

    let next: object | undefined;
    let count = 0;
    do {
      const page = await User.find({ accountId: 'a1' }, { limit: 6, ...(next && { next }) });
      count += page.length;
      next = page.next;
    } while (next);
    assert.equal(count, 20);
    const admins = await User.find({ accountId: 'a1', role: 'admin' });
    assert.equal(admins.length, 1);
    const listed = await User.find(
      { gs1pk: 'user#', gs1sk: { begins: 'user#u1' } },
      { index: 'gs1' },
    );
    assert.equal(listed.length, 10);
    const everything = await table.fetch(['Account', 'User'], { pk: 'account#a1' });
    assert.equal(everything['User']?.length, 20);

    await Account.update(
      { id: 'a1', name: 'Acme 2' },
      { add: { balance: 7 }, where: '${balance} = {0}' },
    );
    const updated = await Account.get({ id: 'a1' });
    assert.deepEqual([updated?.balance, updated?.name], [7, 'Acme 2']);
    await Account.create({ id: 'a2', name: 'Acme' }); // the old name is free again

    const transaction = {};
    await Account.update({ id: 'a1' }, { add: { balance: -5 }, transaction });
    await Account.update({ id: 'a2' }, { add: { balance: 5 }, transaction });
    await table.transact('write', transaction);
    assert.equal((await Account.get({ id: 'a2' }))?.balance, 5);
    assert.equal((await Account.get({ id: 'a1' }))?.balance, 2);

    await User.remove({ accountId: 'a1', email: 'u00@example.com' });
    assert.equal(await User.get({ accountId: 'a1', email: 'u00@example.com' }), undefined);
    await table.deleteTable('DeleteTableForever');
    assert.equal(await table.exists(), false);
  });
});
