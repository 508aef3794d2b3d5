import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { AwsError } from '../../src/lib/aws-error.js';
import { example, Server } from './deploying.js';
import { API_KEY, RecordingApi } from './recording-api.js';

const TEMPLATE = example('user-cache/template.yaml');

function actions(result: { resources: { logicalId: string; action: string }[] }): object {
  return Object.fromEntries(result.resources.map(({ logicalId, action }) => [logicalId, action]));
}

/** A template of one table; `more` are further properties, as YAML. */
function tableTemplate(more: string, name = 'TableName: t'): string {
  return `
Resources:
  T:
    Type: AWS::DynamoDB::Table
    Properties:
      ${name}
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
${more
  .trim()
  .split('\n')
  .map((line) => `      ${line}`)
  .join('\n')}
`;
}

describe('bringing a template up', () => {
  it('makes each resource after those it refers to, with the names and ARNs that they got', async () => {
    const server = new Server();
    const result = await server.start(TEMPLATE);
    const { api } = server;
    assert.deepEqual(api.changes(), [
      'CreateTable',
      'createCache',
      'CreateConnection',
      'CreateApiDestination',
      'CreatePipe',
    ]);
    const pipe = api.input('CreatePipe');
    assert.equal(pipe['Source'], api.tables.get('user')?.['LatestStreamArn']);
    assert.equal(pipe['Target'], api.destinations.get('momento-put')?.['ApiDestinationArn']);
    assert.deepEqual(actions(result), {
      UserTable: 'created',
      UserCache: 'created',
      MomentoConnection: 'created',
      MomentoPut: 'created',
      PipeRole: 'without effect',
      UserPipe: 'created',
    });
  });

  it('waits until a pipe has settled', async () => {
    const server = new Server();
    const result = await server.start(TEMPLATE);
    const state = result.outputs.find(({ name }) => name === 'PipeState');
    assert.equal(state?.value, 'RUNNING');
  });

  it("says that a pipe failed, in the pipe's own words", async () => {
    const server = new Server();
    server.api.pipeState = { CurrentState: 'CREATE_FAILED', StateReason: 'Stream not found.' };
    await assert.rejects(
      server.start(TEMPLATE),
      /template\.yaml:\d+:3: Resources\.UserPipe: the pipe 'ddb2momento' is CREATE_FAILED: Stream not found\./,
    );
  });

  it('tries a pipe that failed again at the next start, and goes on from there', async () => {
    const server = new Server();
    server.api.pipeState = { CurrentState: 'CREATE_FAILED', StateReason: 'x' };
    await assert.rejects(server.start(TEMPLATE));
    server.api.pipeState = undefined;
    server.api.calls.length = 0;
    const result = await server.start(TEMPLATE);
    assert.deepEqual(server.api.changes(), ['UpdatePipe']);
    assert.equal(server.api.pipesByName.get('ddb2momento')?.['CurrentState'], 'RUNNING');
    assert.equal(result.outputs.length, 3);
  });

  it('gives up on a pipe that does not settle', async () => {
    const server = new Server();
    server.api.pipeState = { CurrentState: 'STARTING' };
    await assert.rejects(
      server.start(TEMPLATE),
      /the pipe 'ddb2momento' is still STARTING after 0\.5 s/,
    );
  });

  it('passes a service error on with its type, and what came up before stays', async () => {
    const server = new Server();
    server.api.refusals.set(
      'CreateApiDestination',
      new AwsError('ValidationException', 'Parameter InvocationEndpoint is not valid.'),
    );
    await assert.rejects(
      server.start(TEMPLATE),
      /Resources\.MomentoPut: AWS::Events::ApiDestination 'momento-put' could not be brought up: ValidationException: Parameter InvocationEndpoint is not valid\./,
    );
    assert.ok(server.api.tables.has('user'));
    server.api.refusals.clear();
    server.api.calls.length = 0;
    await server.start(TEMPLATE);
    assert.deepEqual(server.api.changes(), ['CreateApiDestination', 'CreatePipe']);
  });

  it('lets a fault of ours through as it is', async () => {
    const server = new Server();
    const fault = new TypeError('a bug');
    server.api.refusals.set('CreateTable', fault);
    await assert.rejects(server.start(TEMPLATE), fault);
  });

  it('leaves out resources and outputs whose condition does not hold', async () => {
    const server = new Server();
    const text = `
Parameters: {Stage: {Type: String, Default: dev}}
Conditions: {IsProd: !Equals [!Ref Stage, prod]}
Resources:
  A: {Type: Freshet::Momento::Cache, Properties: {CacheName: a}}
  B: {Type: Freshet::Momento::Cache, Condition: IsProd, Properties: {CacheName: b}}
Outputs:
  OfB: {Condition: IsProd, Value: !Ref B}
`;
    const dev = await server.start(text);
    assert.deepEqual([[...server.api.caches], dev.outputs], [['a'], []]);
    const prod = await server.start(text, { Stage: 'prod' });
    assert.deepEqual([...server.api.caches], ['a', 'b']);
    assert.deepEqual(prod.outputs, [{ name: 'OfB', value: 'b' }]);
  });

  it('notes what has no effect here, and does not pass it on', async () => {
    const server = new Server();
    const { notes } = await server.start(
      `${tableTemplate('PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}\nSSESpecification: {SSEEnabled: true}')}
    DeletionPolicy: Delete
Outputs: {Out: {Value: !Ref T, Export: {Name: x}}}
Rules: {R: {Assertions: []}}
`,
    );
    assert.deepEqual(notes, [
      'Rules (R) are not evaluated here.',
      'T: DeletionPolicy has no effect here: nothing is deleted.',
      'Output Out: Export has no effect here: there is one stack.',
      'T: PointInTimeRecoverySpecification has no effect here: there are no backups.',
      'T: SSESpecification has no effect here: items are kept in the data folder as they are.',
    ]);
    assert.deepEqual(Object.keys(server.api.input('CreateTable')).sort(), [
      'AttributeDefinitions',
      'KeySchema',
      'TableName',
    ]);
  });
});

describe('names', () => {
  it('are made up where the template gives none, speak, and stay over starts', async () => {
    const server = new Server();
    const first = await server.start(tableTemplate('', 'BillingMode: PAY_PER_REQUEST'));
    const name = first.resources[0]!.name;
    assert.match(name, /^shop-T-[A-Z0-9]{12}$/);
    const second = await server.start(tableTemplate('', 'BillingMode: PAY_PER_REQUEST'));
    assert.deepEqual(second.resources[0], { ...first.resources[0], action: 'unchanged' });
  });

  it('stay within the limit of the type', async () => {
    const server = new Server();
    const logicalId = 'A'.repeat(80);
    const { resources } = await server.start(
      `Resources: {${logicalId}: {Type: AWS::IAM::Role, Properties: {}}}`,
    );
    assert.match(resources[0]!.name, /^shop-A+-[A-Z0-9]{12}$/);
    assert.equal(resources[0]!.name.length, 64);
  });

  it('belong to what is there: a resource that another made is taken over, and that is said', async () => {
    const server = new Server();
    server.api.caches.add('user');
    const { notes, resources } = await server.start(
      'Resources: {C: {Type: Freshet::Momento::Cache, Properties: {CacheName: user}}}',
    );
    assert.equal(resources[0]?.action, 'unchanged');
    assert.deepEqual(notes, ["C: 'user' was there before; it is now what the template says."]);
  });

  it('keep a resource what it is when only its logical id changes', async () => {
    const server = new Server();
    await server.start(TEMPLATE);
    server.api.calls.length = 0;
    const result = await server.start(TEMPLATE.replaceAll('UserTable', 'People'));
    assert.deepEqual(server.api.changes(), []);
    assert.deepEqual(result.removed, []);
  });

  it('cannot change: that would be another resource in its place', async () => {
    const server = new Server();
    await server.start(TEMPLATE);
    server.api.calls.length = 0;
    await assert.rejects(
      server.start(TEMPLATE.replace('TableName: user', 'TableName: people')),
      /Resources\.UserTable\.Properties\.TableName: it is 'user' in the stack 'shop' and would become 'people'/,
    );
    assert.deepEqual(server.api.changes(), []);
  });

  it('may change as long as the resource was never made', async () => {
    const server = new Server();
    server.api.refusals.set('CreateTable', new AwsError('ValidationException', 'bad name'));
    await assert.rejects(server.start(TEMPLATE.replace('TableName: user', 'TableName: u$er')));
    server.api.refusals.clear();
    await server.start(TEMPLATE);
    assert.deepEqual([...server.api.tables.keys()], ['user']);
  });
});

describe('starting again', () => {
  it('changes nothing and writes nothing when the template is the same', async () => {
    const server = new Server();
    await server.start(TEMPLATE);
    const { writes } = server.stacks;
    server.api.calls.length = 0;
    const result = await server.start(TEMPLATE);
    assert.deepEqual(server.api.changes(), []);
    assert.equal(server.stacks.writes, writes);
    assert.ok(
      result.resources.every(({ action }) => ['unchanged', 'without effect'].includes(action)),
    );
    assert.equal(result.stackId, (await server.start(TEMPLATE)).stackId);
  });

  it('changes nothing when only the order of members changed', async () => {
    const server = new Server();
    const a = 'Resources: {C: {Type: AWS::Events::ApiDestination, Properties: {';
    const members = ['ConnectionArn: x', 'HttpMethod: PUT', 'InvocationEndpoint: y', 'Name: z'];
    await server.start(`${a}${members.join(', ')}}}}`);
    await server.start(`${a}${members.reverse().join(', ')}}}}`);
    assert.deepEqual(server.api.changes(), ['CreateApiDestination']);
  });

  it('updates the one resource that the template changed', async () => {
    const server = new Server();
    await server.start(TEMPLATE);
    server.api.calls.length = 0;
    const changed = TEMPLATE.replace('PerSecond: 50', 'PerSecond: 80');
    assert.equal(
      (actions(await server.start(changed)) as Record<string, string>)['MomentoPut'],
      'updated',
    );
    assert.deepEqual(server.api.changes(), ['UpdateApiDestination']);
    assert.equal(server.api.input('UpdateApiDestination')['InvocationRateLimitPerSecond'], 80);
  });

  it("follows a server's new address", async () => {
    const server = new Server();
    await server.start(TEMPLATE);
    const moved = new RecordingApi({ cacheEndpoint: 'http://127.0.0.1:9999' });
    for (const kept of ['tables', 'connections', 'destinations', 'pipesByName'] as const)
      for (const [name, value] of server.api[kept]) moved[kept].set(name, value);
    moved.caches.add('user');
    server.api = moved;
    await server.start(TEMPLATE);
    assert.deepEqual(moved.changes(), ['UpdateApiDestination']);
    assert.equal(
      moved.input('UpdateApiDestination')['InvocationEndpoint'],
      'http://127.0.0.1:9999/cache/*',
    );
  });

  it('gives back their defaults to members that the template dropped', async () => {
    const server = new Server();
    await server.start(TEMPLATE);
    const [, description] = /\n( {6}Description: How requests.*\n)/.exec(TEMPLATE)!;
    await server.start(
      TEMPLATE.replace(description!, '').replace(/ {6}InvocationRateLimitPerSecond: 50\n/, ''),
    );
    assert.equal(server.api.input('UpdateConnection')['Description'], '');
    assert.equal(server.api.input('UpdateApiDestination')['InvocationRateLimitPerSecond'], 300);
  });

  it('makes anew what someone deleted, and says so', async () => {
    const server = new Server();
    await server.start(TEMPLATE);
    server.api.caches.clear();
    server.api.calls.length = 0;
    const { notes } = await server.start(TEMPLATE);
    assert.deepEqual(server.api.changes(), ['createCache']);
    assert.ok(notes.includes("UserCache: 'user' was gone and has been made anew."), notes.join());
  });

  it('reports what left the template once, and deletes nothing', async () => {
    const server = new Server();
    const both = `
Resources:
  A: {Type: Freshet::Momento::Cache, Properties: {CacheName: a}}
  B: {Type: Freshet::Momento::Cache, Properties: {CacheName: b}}
`;
    const one = both.replace(/\n {2}B:.*/, '');
    await server.start(both);
    const { removed, notes } = await server.start(one);
    assert.deepEqual(removed, [{ logicalId: 'B', type: 'Freshet::Momento::Cache', name: 'b' }]);
    assert.deepEqual(notes, [
      "B: no longer in the template. The Freshet::Momento::Cache 'b' stays as it is: delete it yourself if it is not needed.",
    ]);
    assert.deepEqual((await server.start(one)).notes, []);
    assert.deepEqual([...server.api.caches], ['a', 'b']);
    assert.deepEqual((await server.start(both)).notes, [], 'it may come back');
    assert.equal((await server.start(one)).removed.length, 1);
  });

  it('refuses to make a logical id mean another type', async () => {
    const server = new Server();
    await server.start('Resources: {A: {Type: Freshet::Momento::Cache}}');
    await assert.rejects(
      server.start('Resources: {A: {Type: AWS::IAM::Role}}'),
      /Resources\.A\.Type: Update of resource type is not permitted\. The new template modifies resource type of the following resources: \[A\]/,
    );
  });

  it('refuses a stack that a newer version kept', async () => {
    const server = new Server();
    server.stacks.texts.set('shop', JSON.stringify({ version: 2 }));
    await assert.rejects(server.start(TEMPLATE), /kept by a newer version of Freshet/);
  });
});

describe('a changed pipe', () => {
  it('is updated as a whole, so that what was dropped is gone', async () => {
    const server = new Server();
    await server.start(TEMPLATE);
    await server.start(
      TEMPLATE.replace(/ {8}FilterCriteria:[^]*?(?= {6}Target:)/, '').replace(
        / {8}InputTemplate:[^]*?(?=\nOutputs)/,
        '',
      ),
    );
    const update = server.api.input('UpdatePipe');
    assert.deepEqual(update['SourceParameters'], {
      DynamoDBStreamParameters: { BatchSize: 1 },
      FilterCriteria: { Filters: [] },
    });
    assert.equal((update['TargetParameters'] as Record<string, unknown>)['InputTemplate'], '');
    assert.equal(update['DesiredState'], 'RUNNING');
    assert.equal(update['Source'], undefined);
  });

  it('gets and loses an enrichment with its parameters', async () => {
    const server = new Server();
    await server.start(TEMPLATE);
    const enrichment = `Enrichment: arn:aws:events:us-east-1:000000000000:api-destination/a/b
      EnrichmentParameters: {HttpParameters: {PathParameterValues: [$.eventID]}}`;
    await server.start(
      TEMPLATE.replace('Name: ddb2momento', `Name: ddb2momento\n      ${enrichment}`),
    );
    assert.deepEqual(server.api.input('UpdatePipe')['EnrichmentParameters'], {
      InputTemplate: '',
      HttpParameters: { PathParameterValues: ['$.eventID'] },
    });
    server.api.calls.length = 0;
    await server.start(TEMPLATE);
    const { Enrichment, EnrichmentParameters } = server.api.input('UpdatePipe');
    assert.deepEqual([Enrichment, EnrichmentParameters], ['', undefined]);
  });

  it('gets and loses tags', async () => {
    const server = new Server();
    const tagged = (tags: string): string =>
      TEMPLATE.replace('Name: ddb2momento', `Name: ddb2momento\n      Tags: {${tags}}`);
    await server.start(tagged("'freshet:on-remove': DELETE, team: a"));
    assert.deepEqual(server.api.input('CreatePipe')['Tags'], {
      'freshet:on-remove': 'DELETE',
      team: 'a',
    });
    await server.start(tagged('team: b'));
    assert.deepEqual(server.api.input('UntagResource')['tagKeys'], ['freshet:on-remove']);
    assert.deepEqual(server.api.pipesByName.get('ddb2momento')?.['Tags'], { team: 'b' });
  });

  it('get their extensions from the metadata, where AWS ignores them', async () => {
    const server = new Server();
    const extended = (template: string): string =>
      TEMPLATE.replace(
        'Type: AWS::Pipes::Pipe\n',
        `Type: AWS::Pipes::Pipe\n    Metadata:\n      Freshet: {InputTemplates: {REMOVE: !Sub '${template}'}}\n`,
      );
    await server.start(extended('<freshet.keys> of ${UserTable}'));
    const Freshet = { InputTemplates: { REMOVE: '<freshet.keys> of user' } };
    assert.deepEqual(server.api.input('CreatePipe')['Freshet'], Freshet);
    server.api.calls.length = 0;
    await server.start(extended('<freshet.keys> of ${UserTable}'));
    assert.deepEqual(server.api.changes(), []);
    await server.start(extended('gone'));
    assert.deepEqual(server.api.input('UpdatePipe')['Freshet'], {
      InputTemplates: { REMOVE: 'gone' },
    });
    await server.start(TEMPLATE);
    assert.deepEqual(server.api.input('UpdatePipe')['Freshet'], {});
  });

  it('cannot get another source or starting position', async () => {
    const server = new Server();
    await server.start(TEMPLATE);
    server.api.calls.length = 0;
    await assert.rejects(
      server.start(TEMPLATE.replace('StartingPosition: TRIM_HORIZON', 'StartingPosition: LATEST')),
      /UserPipe\.Properties\.SourceParameters\.DynamoDBStreamParameters\.StartingPosition: it is TRIM_HORIZON and would become LATEST, which needs another pipe[^]*aws pipes delete-pipe --name ddb2momento/,
    );
    server.api.tables.delete('user'); // the table that is made anew has another stream
    await assert.rejects(
      server.start(TEMPLATE),
      /UserPipe\.Properties\.Source: it is arn:\S+ and would become arn:/,
    );
  });

  it('that someone stopped stays stopped, with a note', async () => {
    const server = new Server();
    await server.start(TEMPLATE);
    const pipe = server.api.pipesByName.get('ddb2momento')!;
    Object.assign(pipe, { CurrentState: 'STOPPED', StateReason: 'USER_INITIATED' });
    const { notes } = await server.start(TEMPLATE);
    assert.equal(server.api.pipesByName.get('ddb2momento')?.['CurrentState'], 'STOPPED');
    assert.ok(
      notes.some((note) => /'ddb2momento' is STOPPED, not RUNNING \(USER_INITIATED\)/.test(note)),
      notes.join(),
    );
  });
});

describe('a changed table', () => {
  const start = async (before: string, after: string): Promise<Server> => {
    const server = new Server();
    await server.start(tableTemplate(before));
    server.api.calls.length = 0;
    await server.start(tableTemplate(after));
    return server;
  };
  const ON_DEMAND = 'BillingMode: PAY_PER_REQUEST';
  const stream = (view: string): string =>
    `${ON_DEMAND}\nStreamSpecification: {StreamViewType: ${view}}`;
  const index = (name: string, more = ''): string =>
    `${ON_DEMAND}\nGlobalSecondaryIndexes: [{IndexName: ${name}, KeySchema: [{AttributeName: id, KeyType: HASH}], Projection: {ProjectionType: ALL${more}}}]`;

  const updates: [string, string, string, object[]][] = [
    [
      'gets a stream',
      ON_DEMAND,
      stream('KEYS_ONLY'),
      [{ StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' } }],
    ],
    [
      'loses its stream',
      stream('KEYS_ONLY'),
      ON_DEMAND,
      [{ StreamSpecification: { StreamEnabled: false } }],
    ],
    [
      'gets a stream of another view: the old one ends first',
      stream('KEYS_ONLY'),
      stream('NEW_IMAGE'),
      [
        { StreamSpecification: { StreamEnabled: false } },
        { StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } },
      ],
    ],
    [
      'goes from provisioned to on-demand',
      'ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}',
      ON_DEMAND,
      [{ BillingMode: 'PAY_PER_REQUEST' }],
    ],
    [
      'gets other capacity',
      'ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 1}',
      'ProvisionedThroughput: {ReadCapacityUnits: 5, WriteCapacityUnits: 1}',
      [{ ProvisionedThroughput: { ReadCapacityUnits: 5, WriteCapacityUnits: 1 } }],
    ],
    [
      'gets deletion protection',
      ON_DEMAND,
      `${ON_DEMAND}\nDeletionProtectionEnabled: true`,
      [{ DeletionProtectionEnabled: true }],
    ],
    [
      'swaps an index: one goes, then the other comes',
      index('a'),
      index('b'),
      [
        { GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: 'a' } }] },
        {
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          GlobalSecondaryIndexUpdates: [
            {
              Create: {
                IndexName: 'b',
                KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
                Projection: { ProjectionType: 'ALL' },
              },
            },
          ],
        },
      ],
    ],
  ];
  for (const [name, before, after, expected] of updates)
    it(`${name}, in place`, async () => {
      const { api } = await start(before, after);
      const inputs = api.calls.filter(([operation]) => operation === 'UpdateTable');
      assert.deepEqual(
        inputs.map(([, { TableName, ...input }]) => (assert.equal(TableName, 't'), input)),
        expected,
      );
      assert.deepEqual(new Set(api.changes()), new Set(['UpdateTable']));
    });

  it('gets, changes and loses its time to live', async () => {
    const ttl = (name: string): string =>
      `${ON_DEMAND}\nTimeToLiveSpecification: {AttributeName: ${name}, Enabled: true}`;
    const server = await start(ON_DEMAND, ttl('expires'));
    await server.start(tableTemplate(ttl('ends')));
    await server.start(tableTemplate(ON_DEMAND));
    assert.deepEqual(
      server.api.calls
        .filter(([operation]) => operation === 'UpdateTimeToLive')
        .map(([, input]) => input['TimeToLiveSpecification']),
      [
        { AttributeName: 'expires', Enabled: true },
        { AttributeName: 'expires', Enabled: false },
        { AttributeName: 'ends', Enabled: true },
        { AttributeName: 'ends', Enabled: false },
      ],
    );
  });

  it('gets and loses tags', async () => {
    const tags = `${ON_DEMAND}\nTags: [{Key: a, Value: b}]`;
    const server = await start(ON_DEMAND, tags);
    assert.deepEqual(server.api.input('TagResource')['Tags'], [{ Key: 'a', Value: 'b' }]);
    await server.start(tableTemplate(ON_DEMAND));
    assert.deepEqual(server.api.input('UntagResource')['TagKeys'], ['a']);
  });

  const replacements: [string, string, string, RegExp][] = [
    [
      'another key',
      tableTemplate(ON_DEMAND),
      tableTemplate(ON_DEMAND).replaceAll('AttributeName: id', 'AttributeName: pk'),
      /T\.Properties\.KeySchema: a table cannot change this/,
    ],
    [
      'a key of another type',
      tableTemplate(ON_DEMAND),
      tableTemplate(ON_DEMAND).replace('AttributeType: S', 'AttributeType: N'),
      /T\.Properties\.AttributeDefinitions: a table cannot change this/,
    ],
    [
      'a local index',
      tableTemplate(ON_DEMAND),
      tableTemplate(index('a').replace('Global', 'Local')),
      /T\.Properties\.LocalSecondaryIndexes: a table cannot change this/,
    ],
    [
      'another projection of an index',
      tableTemplate(index('a')),
      tableTemplate(index('a', ', NonKeyAttributes: [x]').replace('ALL', 'INCLUDE')),
      /T\.Properties\.GlobalSecondaryIndexes\[0\]: the index 'a' cannot change its keys or its projection/,
    ],
  ];
  for (const [name, before, after, expected] of replacements)
    it(`is left alone rather than replaced: ${name}`, async () => {
      const server = new Server();
      await server.start(before);
      server.api.calls.length = 0;
      await assert.rejects(server.start(after), expected);
      assert.deepEqual(server.api.changes(), []);
    });

  it('keeps a stream that pipes read', async () => {
    const server = new Server();
    await server.start(TEMPLATE);
    server.api.calls.length = 0;
    await assert.rejects(
      server.start(TEMPLATE.replace('NEW_AND_OLD_IMAGES', 'KEYS_ONLY')),
      /UserTable\.Properties\.StreamSpecification: the stream of 'user' is NEW_AND_OLD_IMAGES and would become KEYS_ONLY, which ends it, but pipes read it: ddb2momento/,
    );
    assert.deepEqual(server.api.changes(), []);
    assert.ok(server.api.pipesByName.has('ddb2momento'));
  });
});

describe("a connection's secrets", () => {
  const connection = (secret: string, more = ''): string => `
Resources:
  C:
    Type: AWS::Events::Connection
    Properties:
      Name: c
      AuthorizationType: BASIC
      AuthParameters:
        BasicAuthParameters: {Username: u, Password: ${secret}}
        ${more}
`;

  it('change the connection when they change, and only then', async () => {
    const server = new Server();
    await server.start(connection('first-secret'));
    await server.start(connection('first-secret'));
    assert.deepEqual(server.api.changes(), ['CreateConnection']);
    await server.start(connection('second-secret'));
    assert.deepEqual(server.api.changes(), ['CreateConnection', 'UpdateConnection']);
  });

  it('are kept nowhere and are in no error, also when the template spells them out', async () => {
    const server = new Server();
    const text = connection(
      'the-pass-word',
      'InvocationHttpParameters: {HeaderParameters: [{Key: x, Value: the-header, IsValueSecret: true}]}',
    );
    server.api.refusals.set(
      'CreateConnection',
      new AwsError('ValidationException', "Values 'the-pass-word' and 'the-header' are not good"),
    );
    await assert.rejects(server.start(text), (error: unknown) => {
      assert.doesNotMatch(inspect(error, { depth: 10 }), /the-pass-word|the-header/);
      return true;
    });
    server.api.refusals.clear();
    const result = await server.start(text);
    const kept = [...server.stacks.texts.values(), inspect(result), ...server.logged].join();
    assert.doesNotMatch(kept, /the-pass-word|the-header/);
  });

  it("of the cache are in the connection's request and nowhere else", async () => {
    const server = new Server();
    const result = await server.start(TEMPLATE);
    assert.deepEqual(server.api.input('CreateConnection')['AuthParameters'], {
      ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: API_KEY },
    });
    const others = server.api.calls.filter(([operation]) => operation !== 'CreateConnection');
    const seen = [inspect(result), JSON.stringify(others), ...server.logged];
    assert.ok(![...seen, ...server.stacks.texts.values()].join().includes(API_KEY));
  });
});
