import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { Entity, Service } from 'electrodb';
import { dynamoDbAndClient } from '../../support/dynamodb.js';

const TABLE = 'shop';
const key = (AttributeName: string): { AttributeName: string; AttributeType: 'S' } => ({
  AttributeName,
  AttributeType: 'S',
});

describe('ElectroDB', () => {
  it('keeps customers and their orders in one table', async (t) => {
    const { client } = await dynamoDbAndClient(t);
    await client.send(
      new CreateTableCommand({
        TableName: TABLE,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'sk', KeyType: 'RANGE' },
        ],
        AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk'].map(key),
        GlobalSecondaryIndexes: [
          {
            IndexName: 'gsi1',
            KeySchema: [
              { AttributeName: 'gsi1pk', KeyType: 'HASH' },
              { AttributeName: 'gsi1sk', KeyType: 'RANGE' },
            ],
            Projection: { ProjectionType: 'ALL' },
          },
        ],
      }),
    );
    const customers = new Entity(
      {
        model: { entity: 'customer', version: '1', service: 'shop' },
        attributes: {
          customerId: { type: 'string', required: true },
          name: { type: 'string', required: true },
          tags: { type: 'set', items: 'string' },
          points: { type: 'number', default: 0 },
        },
        indexes: {
          byId: {
            collection: 'account',
            pk: { field: 'pk', composite: ['customerId'] },
            sk: { field: 'sk', composite: [] },
          },
        },
      },
      { client, table: TABLE },
    );
    const orders = new Entity(
      {
        model: { entity: 'order', version: '1', service: 'shop' },
        attributes: {
          customerId: { type: 'string', required: true },
          orderId: { type: 'string', required: true },
          status: { type: ['open', 'paid', 'sent'] as const, required: true },
          total: { type: 'number', required: true },
          createdAt: { type: 'string', required: true },
        },
        indexes: {
          ofCustomer: {
            collection: 'account',
            pk: { field: 'pk', composite: ['customerId'] },
            sk: { field: 'sk', composite: ['orderId'] },
          },
          byStatus: {
            index: 'gsi1',
            pk: { field: 'gsi1pk', composite: ['status'] },
            sk: { field: 'gsi1sk', composite: ['createdAt'] },
          },
        },
      },
      { client, table: TABLE },
    );

    await customers.create({ customerId: 'c1', name: 'Tanaka', tags: ['new'] }).go();
    await assert.rejects(
      customers.create({ customerId: 'c1', name: 'Again' }).go(),
      /conditional/i,
    );
    await orders
      .put(
        Array.from({ length: 40 }, (_, at) => ({
          customerId: 'c1',
          orderId: `o${String(at).padStart(3, '0')}`,
          status: at % 2 ? ('open' as const) : ('paid' as const),
          total: at * 1.5,
          createdAt: `2026-01-${String((at % 28) + 1).padStart(2, '0')}`,
        })),
      )
      .go();

    const shop = new Service({ customers, orders });
    const { data: account } = await shop.collections
      .account({ customerId: 'c1' })
      .go({ pages: 'all' });
    assert.equal(account.customers[0]?.name, 'Tanaka');
    assert.equal(account.orders.length, 40);

    const { data: open } = await orders.query
      .byStatus({ status: 'open' })
      .between({ createdAt: '2026-01-02' }, { createdAt: '2026-01-10' })
      .where(({ total }, { gt }) => gt(total, 5))
      .go({ pages: 'all' });
    assert.ok(open.length > 0);
    assert.ok(open.every(({ status, total }) => status === 'open' && total > 5));

    let cursor: string | null = null;
    const pages: number[] = [];
    do {
      const page: { data: unknown[]; cursor: string | null } = await orders.query
        .ofCustomer({ customerId: 'c1' })
        .go({ limit: 15, cursor });
      pages.push(page.data.length);
      cursor = page.cursor;
    } while (cursor !== null);
    assert.equal(
      pages.reduce((sum, count) => sum + count),
      40,
    );

    const { data: updated } = await customers
      .patch({ customerId: 'c1' })
      .add({ points: 10 })
      .set({ name: 'Tanaka Ichiro' })
      .where(({ points }, { lt }) => lt(points, 5))
      .go({ response: 'all_new' });
    assert.deepEqual([updated.points, updated.name], [10, 'Tanaka Ichiro']);
    await assert.rejects(
      customers
        .patch({ customerId: 'c1' })
        .add({ points: 1 })
        .where(({ points }, { lt }) => lt(points, 5))
        .go(),
      /conditional/i,
    );

    const { canceled } = await shop.transaction
      .write(({ customers: one, orders: many }) => [
        one
          .check({ customerId: 'c1' })
          .where(({ points }, { eq }) => eq(points, 10))
          .commit(),
        many.patch({ customerId: 'c1', orderId: 'o001' }).set({ status: 'sent' }).commit(),
      ])
      .go();
    assert.equal(canceled, false);
    const { data: sent } = await orders.get({ customerId: 'c1', orderId: 'o001' }).go();
    assert.equal(sent?.status, 'sent');
    await orders.delete({ customerId: 'c1', orderId: 'o001' }).go();
    assert.equal((await orders.get({ customerId: 'c1', orderId: 'o001' }).go()).data, null);
  });
});
