import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Entity, Service } from 'electrodb';
import { dynamoDbAndClient } from '../../support/dynamodb.js';

const table = 'work';

/** One table for all entities, with two indexes that they share. */
async function createTable(client: DynamoDBClient): Promise<void> {
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ];
  await client.send(
    new CreateTableCommand({
      TableName: table,
      AttributeDefinitions: ['pk', 'sk', 'gsi1pk', 'gsi1sk', 'gsi2pk', 'gsi2sk'].map(
        (AttributeName) => ({ AttributeName, AttributeType: 'S' }),
      ),
      KeySchema: key('pk', 'sk'),
      GlobalSecondaryIndexes: ['gsi1', 'gsi2'].map((name) => ({
        IndexName: name,
        KeySchema: key(`${name}pk`, `${name}sk`),
        Projection: { ProjectionType: 'ALL' },
      })),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
}

const employee = new Entity({
  model: { entity: 'employee', version: '1', service: 'company' },
  attributes: {
    employee: { type: 'string', required: true },
    team: { type: 'string', required: true },
    name: { type: 'string', required: true },
    level: { type: ['junior', 'senior'] as const, default: 'junior' },
    skills: { type: 'set', items: 'string' },
    salary: { type: 'number' },
  },
  indexes: {
    byId: { pk: { field: 'pk', composite: ['employee'] }, sk: { field: 'sk', composite: [] } },
    byTeam: {
      collection: 'team',
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['team'] },
      sk: { field: 'gsi1sk', composite: ['name'] },
    },
    assignments: {
      collection: 'workload',
      index: 'gsi2',
      pk: { field: 'gsi2pk', composite: ['employee'] },
      sk: { field: 'gsi2sk', composite: [] },
    },
  },
});

const task = new Entity({
  model: { entity: 'task', version: '1', service: 'company' },
  attributes: {
    id: { type: 'string', required: true },
    project: { type: 'string', required: true },
    team: { type: 'string', required: true },
    employee: { type: 'string', required: true },
    status: { type: ['open', 'doing', 'done'] as const, default: 'open' },
    points: { type: 'number', default: 0 },
    comments: {
      type: 'list',
      items: { type: 'map', properties: { by: { type: 'string' }, text: { type: 'string' } } },
      default: [],
    },
    updated: { type: 'number', watch: '*', set: () => 1_700_000_000 },
  },
  indexes: {
    byProject: {
      pk: { field: 'pk', composite: ['project'] },
      sk: { field: 'sk', composite: ['id'] },
    },
    byTeam: {
      collection: 'team',
      index: 'gsi1',
      pk: { field: 'gsi1pk', composite: ['team'] },
      sk: { field: 'gsi1sk', composite: ['status', 'id'] },
    },
    assigned: {
      collection: 'workload',
      index: 'gsi2',
      pk: { field: 'gsi2pk', composite: ['employee'] },
      sk: { field: 'gsi2sk', composite: ['status'] },
    },
  },
});

describe('ElectroDB', () => {
  it('runs a company on one table: entities, collections, pages, transactions', async (t) => {
    const { client } = await dynamoDbAndClient(t);
    await createTable(client);
    const company = new Service({ employee, task }, { client, table });
    const { employee: employees, task: tasks } = company.entities;

    await t.test('create refuses what is there, upsert does not', async () => {
      await employees
        .create({ employee: 'e1', team: 'core', name: 'Ann', salary: 10.5, skills: ['ts', 'go'] })
        .go();
      await assert.rejects(
        employees.create({ employee: 'e1', team: 'core', name: 'Not Ann' }).go(),
        {
          name: 'ElectroError',
          message: /The conditional request failed/,
        },
      );
      await employees.upsert({ employee: 'e2', team: 'core', name: 'Bob' }).go();
      await employees
        .upsert({ employee: 'e2', team: 'core', name: 'Bob', level: 'senior', salary: 20 })
        .go();
      const { data } = await employees
        .get([{ employee: 'e1' }, { employee: 'e2' }, { employee: 'e3' }])
        .go();
      assert.deepEqual(
        data.sort((a, b) => (a.employee < b.employee ? -1 : 1)),
        [
          {
            employee: 'e1',
            team: 'core',
            name: 'Ann',
            level: 'junior',
            salary: 10.5,
            skills: ['go', 'ts'],
          },
          { employee: 'e2', team: 'core', name: 'Bob', level: 'senior', salary: 20 },
        ],
      );
    });

    await t.test('60 tasks go in as batches and come back page by page', async () => {
      const { unprocessed } = await tasks
        .put(
          Array.from({ length: 60 }, (_, at) => ({
            id: `t${String(at).padStart(2, '0')}`,
            project: 'web',
            team: 'core',
            employee: at % 2 ? 'e1' : 'e2',
            points: at,
          })),
        )
        .go({ concurrent: 2 });
      assert.deepEqual(unprocessed, []);
      const ids: string[] = [];
      const sizes: number[] = [];
      let cursor: string | null = null;
      do {
        const page: { data: { id: string }[]; cursor: string | null } = await tasks.query
          .byProject({ project: 'web' })
          .where(({ points }, { gte }) => gte(points, 10))
          .go({ limit: 25, cursor });
        sizes.push(page.data.length);
        ids.push(...page.data.map(({ id }) => id));
        ({ cursor } = page);
      } while (cursor !== null);
      assert.equal(ids.length, 50);
      assert.deepEqual(ids, [...ids].sort());
      assert.ok(sizes.every((size) => size <= 25));
      const all = await tasks.query
        .byProject({ project: 'web' })
        .between({ id: 't10' }, { id: 't14' })
        .go({ order: 'desc' });
      assert.deepEqual(
        all.data.map(({ id }) => id),
        ['t14', 't13', 't12', 't11', 't10'],
      );
    });

    await t.test('a patch with conditions moves the task in its indexes', async () => {
      const of = { project: 'web', id: 't01' };
      const patched = await tasks
        .patch(of)
        .set({ status: 'doing', team: 'core', employee: 'e1' })
        .add({ points: 5 })
        .append({ comments: [{ by: 'ann', text: 'half-baked' }] })
        .where(({ status }, { eq }) => eq(status, 'open'))
        .go({ response: 'all_new' });
      assert.deepEqual(patched.data, {
        ...of,
        team: 'core',
        employee: 'e1',
        status: 'doing',
        points: 6,
        comments: [{ by: 'ann', text: 'half-baked' }],
        updated: 1_700_000_000,
      });
      await assert.rejects(
        tasks
          .patch(of)
          .set({ points: 0 })
          .where(({ status }, { eq }) => eq(status, 'open'))
          .go(),
        { message: /The conditional request failed/ },
      );
      const doing = await tasks.query.assigned({ employee: 'e1' }).begins({ status: 'doing' }).go();
      assert.deepEqual(
        doing.data.map(({ id }) => id),
        ['t01'],
      );
      await employees
        .update({ employee: 'e1' })
        .delete({ skills: ['go'] })
        .remove(['salary'])
        .go();
      const { data } = await employees.get({ employee: 'e1' }).go();
      assert.deepEqual([data?.skills, data?.salary], [['ts'], undefined]);
    });

    await t.test('a collection brings several entities with one query', async () => {
      const workload = await company.collections.workload({ employee: 'e1' }).go();
      assert.deepEqual(
        workload.data.employee.map(({ name }) => name),
        ['Ann'],
      );
      assert.equal(workload.data.task.length, 30);
      const team = await company.collections.team({ team: 'core' }).go({ pages: 'all' });
      assert.equal(team.data.employee.length, 2);
      assert.equal(team.data.task.length, 60);
    });

    await t.test('transactions: all or nothing, with the reason for each', async () => {
      const hire = (id: string, taskId: string) =>
        company.transaction
          .write((entities) => [
            entities.employee
              .create({ employee: id, team: 'ops', name: id })
              .commit({ response: 'all_old' }),
            entities.task
              .patch({ project: 'web', id: taskId })
              .set({ employee: id, status: 'open' })
              .commit(),
            entities.employee
              .check({ employee: 'e2' })
              .where(({ salary }, { eq }) => eq(salary, 20))
              .commit(),
          ])
          .go();
      const done = await hire('e3', 't02');
      assert.equal(done.canceled, false);
      const refused = await hire('e3', 't03');
      assert.equal(refused.canceled, true);
      assert.deepEqual(
        refused.data.map(({ rejected, code }) => [rejected, code]),
        [
          [true, 'ConditionalCheckFailed'],
          [false, 'None'],
          [false, 'None'],
        ],
      );
      assert.equal((refused.data[0].item as { name: string } | null)?.name, 'e3');
      const { data } = await company.transaction
        .get((entities) => [
          entities.employee.get({ employee: 'e3' }).commit(),
          entities.task.get({ project: 'web', id: 't03' }).commit(),
        ])
        .go();
      assert.deepEqual([data[0].item?.team, data[1].item?.employee], ['ops', 'e1']);
    });

    await t.test('scan and delete', async () => {
      const heavy = await tasks.scan
        .where(({ points }, { gt }) => gt(points, 55))
        .go({ pages: 'all' });
      assert.deepEqual(heavy.data.map(({ id }) => id).sort(), ['t56', 't57', 't58', 't59']);
      await tasks.delete(heavy.data.map(({ id, project }) => ({ id, project }))).go();
      await assert.rejects(tasks.remove({ project: 'web', id: 't56' }).go(), {
        message: /The conditional request failed/,
      });
      const { data } = await tasks.query.byProject({ project: 'web' }).go({ pages: 'all' });
      assert.equal(data.length, 56);
    });
  });
});
