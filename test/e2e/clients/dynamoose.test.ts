import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import dynamoose from 'dynamoose';
import { dynamoDbAndClient } from '../../support/dynamodb.js';

describe('Dynamoose', () => {
  it('makes its table, and saves, queries, updates, transacts and deletes documents', async (t) => {
    const { server } = await dynamoDbAndClient(t);
    dynamoose.aws.ddb.set(new dynamoose.aws.ddb.DynamoDB(server.clientConfig));
    const schema = new dynamoose.Schema(
      {
        id: { type: String, hashKey: true },
        createdAt: { type: Number, rangeKey: true },
        city: { type: String, index: { name: 'byCity', type: 'global', rangeKey: 'createdAt' } },
        age: Number,
        active: { type: Boolean, default: true },
        roles: { type: Set, schema: [String] },
        address: { type: Object, schema: { street: String, zip: String } },
        born: Date,
      },
      { saveUnknown: false },
    );
    const User = dynamoose.model('DynamooseUser', schema, {
      waitForActive: { enabled: true, check: { timeout: 5_000, frequency: 10 } },
      throughput: 'ON_DEMAND',
    });
    t.after(() => dynamoose.aws.ddb.revert());

    for (let at = 0; at < 30; at += 1)
      await User.create({
        id: `u${String(at % 3)}`,
        createdAt: at,
        city: at % 2 ? 'Tokyo' : 'Osaka',
        age: 20 + at,
        roles: new Set(['reader', `r${String(at)}`]),
        address: { street: 'Ginza', zip: '104' },
        born: new Date(1_000_000_000_000 + at),
      });
    await assert.rejects(User.create({ id: 'u0', createdAt: 0 }), {
      name: 'ConditionalCheckFailedException',
    });

    const found = await User.query('id')
      .eq('u1')
      .where('createdAt')
      .ge(10)
      .sort('descending')
      .exec();
    assert.deepEqual(
      found.map(({ createdAt }) => createdAt as number),
      [28, 25, 22, 19, 16, 13, 10],
    );
    const tokyo = await User.query('city')
      .eq('Tokyo')
      .using('byCity')
      .filter('age')
      .gt(40)
      .all()
      .exec();
    assert.ok(tokyo.length > 0 && tokyo.every(({ age }) => (age as number) > 40));
    const scanned = await User.scan('active').eq(true).limit(7).all().exec();
    assert.equal(scanned.length, 30);
    assert.equal((await User.scan().count().exec()).count, 30);

    const updated = await User.update(
      { id: 'u0', createdAt: 0 },
      { $SET: { city: 'Kyoto' }, $ADD: { age: 5 }, $REMOVE: ['address'] },
    );
    assert.deepEqual([updated.city, updated.age, updated.address], ['Kyoto', 25, undefined]);

    await dynamoose.transaction([
      User.transaction.update({ id: 'u1', createdAt: 1 }, { city: 'Nara' }),
      User.transaction.delete({ id: 'u2', createdAt: 2 }),
      User.transaction.create({ id: 'u9', createdAt: 9, age: 1 }),
    ]);
    assert.equal((await User.get({ id: 'u1', createdAt: 1 })).city, 'Nara');
    assert.equal(await User.get({ id: 'u2', createdAt: 2 }), undefined);

    const many = await User.batchGet([
      { id: 'u0', createdAt: 0 },
      { id: 'u9', createdAt: 9 },
      { id: 'none', createdAt: 1 },
    ]);
    assert.equal(many.length, 2);
    assert.equal(many.unprocessedKeys.length, 0);
    const saved = await User.get({ id: 'u0', createdAt: 3 });
    assert.ok(saved.roles instanceof Set && saved.born instanceof Date);
    await saved.delete();
    assert.equal(await User.get({ id: 'u0', createdAt: 3 }), undefined);
  });
});
