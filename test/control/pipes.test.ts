import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PipeCurrentState, PipeResource } from '../../src/state/index.js';
import { ControlPlane, ROLE_ARN, STREAM_ARN } from './setup.js';

const arnOf = (name: string): string => `arn:aws:pipes:us-east-1:000000000000:pipe/${name}`;
const DEFAULTS = {
  BatchSize: 1,
  MaximumBatchingWindowInSeconds: 0,
  MaximumRecordAgeInSeconds: -1,
  MaximumRetryAttempts: -1,
  ParallelizationFactor: 1,
};

describe('pipes', () => {
  let plane: ControlPlane;
  let target: string;
  before(async () => {
    plane = await ControlPlane.open();
    target = await plane.destination('target', await plane.connection('connection'));
  });
  after(() => plane.close());

  const describePipe = (Name: string) => plane.pipes('DescribePipe', { Name });
  const stored = async (name: string): Promise<PipeResource> =>
    (await plane.state.pipes.get(name))!;
  const update = (Name: string, more: object = {}) =>
    plane.pipes('UpdatePipe', { Name, RoleArn: ROLE_ARN, ...more });
  /** Creates a pipe that runs. */
  const running = async (name: string, more: object = {}): Promise<void> => {
    await plane.pipe(name, target, more);
    await plane.settle(name, 'RUNNING');
  };

  it('are being created, to run', async () => {
    assert.deepEqual(await plane.pipe('one', target), {
      Arn: arnOf('one'),
      Name: 'one',
      DesiredState: 'RUNNING',
      CurrentState: 'CREATING',
      CreationTime: 1_700_000_000.5,
      LastModifiedTime: 1_700_000_000.5,
    });
    const pipe = await stored('one');
    assert.equal(pipe.generation, 1);
    assert.match(pipe.id, /^[0-9a-f-]{36}$/);
  });
  it('are described with defaults and without members that were never set', async () => {
    assert.deepEqual(await describePipe('one'), {
      Arn: arnOf('one'),
      Name: 'one',
      DesiredState: 'RUNNING',
      CurrentState: 'CREATING',
      StateReason: 'USER_INITIATED',
      CreationTime: 1_700_000_000.5,
      LastModifiedTime: 1_700_000_000.5,
      Source: STREAM_ARN,
      SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'LATEST', ...DEFAULTS } },
      Target: target,
      TargetParameters: {},
      RoleArn: ROLE_ARN,
      Tags: {},
      LogConfiguration: { Level: 'OFF', IncludeExecutionData: [] },
    });
  });
  it('give everything back as it was given', async () => {
    const given = {
      Description: 'a description',
      DesiredState: 'STOPPED',
      SourceParameters: {
        FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }, {}] },
        DynamoDBStreamParameters: {
          StartingPosition: 'TRIM_HORIZON',
          BatchSize: 1,
          MaximumBatchingWindowInSeconds: 300,
          MaximumRecordAgeInSeconds: 60,
          MaximumRetryAttempts: 0,
          ParallelizationFactor: 10,
          OnPartialBatchItemFailure: 'AUTOMATIC_BISECT',
          DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:dlq' },
        },
      },
      TargetParameters: {
        InputTemplate: '{"id": <$.dynamodb.Keys.id.S>}',
        HttpParameters: {
          PathParameterValues: ['$.dynamodb.Keys.id.S', 'x'],
          HeaderParameters: { 'X-Event': '$.eventName', 'X-田': '' },
          QueryStringParameters: { '$.eventID': '$.eventName', plain: '田中' },
        },
      },
      LogConfiguration: {
        Level: 'ERROR',
        IncludeExecutionData: ['ALL'],
        CloudwatchLogsLogDestination: {
          LogGroupArn: 'arn:aws:logs:us-east-1:000000000000:log-group:/pipes/one:*',
        },
      },
      KmsKeyIdentifier: 'alias/key',
      Tags: { team: 'a', 'freshet:missing-values': 'drop-key' },
    };
    delete (given.TargetParameters.HttpParameters.HeaderParameters as Record<string, string>)[
      'X-田'
    ];
    await plane.pipe('full', target, { ...given, Enrichment: '', EnrichmentParameters: {} });
    const described = await describePipe('full');
    for (const [name, value] of Object.entries(given))
      assert.deepEqual(described[name], value, name);
    assert.ok(!('Enrichment' in described));
  });

  it('keep of a log configuration what the service has', async () => {
    const destination = { BucketName: 'logs', BucketOwner: '000000000000', OutputFormat: 'json' };
    const LogConfiguration = {
      Level: 'TRACE',
      S3LogDestination: { ...destination, Colour: 'red' },
      Other: 1,
    };
    await plane.pipe('logged', target, { LogConfiguration });
    assert.deepEqual((await describePipe('logged'))['LogConfiguration'], {
      Level: 'TRACE',
      IncludeExecutionData: [],
      S3LogDestination: destination,
    });
  });
  it('are at most 1000', async () => {
    const full = await ControlPlane.open();
    try {
      const to = await full.destination('target', await full.connection('connection'));
      await full.pipe('first', to);
      const first = (await full.state.pipes.get('first'))!;
      const names = Array.from({ length: 999 }, (_, i) => `p${i}`);
      await Promise.all(names.map((name) => full.state.pipes.create({ ...first, name })));
      await assert.rejects(full.pipe('last', to), {
        code: 'ServiceQuotaExceededException',
        status: 402,
        members: {
          resourceId: 'last',
          resourceType: 'Pipe',
          serviceCode: 'pipes',
          quotaCode: 'PipesPerAccount',
        },
      });
      await assert.rejects(full.pipe('first', to), { code: 'ConflictException' });
      await full.state.pipes.delete('p0');
      await full.pipe('last', to);
    } finally {
      await full.close();
    }
  });

  describe('an enrichment', () => {
    const parameters = {
      InputTemplate: '{"id": <$.eventID>}',
      HttpParameters: { PathParameterValues: ['$.eventID'], HeaderParameters: { A: 'b' } },
    };
    before(() => running('enriched', { Enrichment: target, EnrichmentParameters: parameters }));
    const changed = async (change: object): Promise<PipeResource> => {
      await update('enriched', change);
      await plane.settle('enriched', 'RUNNING');
      return stored('enriched');
    };

    it('is described and listed', async () => {
      const { Enrichment, EnrichmentParameters } = await describePipe('enriched');
      assert.deepEqual([Enrichment, EnrichmentParameters], [target, parameters]);
      const { Pipes } = await plane.pipes('ListPipes', { NamePrefix: 'enriched' });
      assert.equal((Pipes as { Enrichment: string }[])[0]!.Enrichment, target);
    });
    it('has parameters that an update replaces block by block', async () => {
      assert.deepEqual((await changed({ Description: 'x' })).enrichmentParameters, parameters);
      const HttpParameters = { QueryStringParameters: { k: 'v' } };
      const pipe = await changed({ EnrichmentParameters: { HttpParameters } });
      assert.deepEqual(pipe.enrichmentParameters, {
        InputTemplate: parameters.InputTemplate,
        HttpParameters,
      });
      const bare = await changed({ EnrichmentParameters: { InputTemplate: '' } });
      assert.deepEqual(bare.enrichmentParameters, { HttpParameters });
    });
    it('is removed with its parameters by an empty text', async () => {
      const pipe = await changed({ Enrichment: '', EnrichmentParameters: { InputTemplate: '' } });
      assert.ok(!('enrichment' in pipe) && !('enrichmentParameters' in pipe));
      const again = await changed({ Enrichment: target });
      assert.deepEqual([again.enrichment, again.enrichmentParameters], [target, {}]);
    });
  });

  describe('targets besides API destinations', () => {
    const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:queue';
    const LOGS = 'arn:aws:logs:us-east-1:000000000000:log-group:/pipes/out';
    const make = (Name: string, Target: string, more: object = {}) =>
      plane.pipes('CreatePipe', {
        Name,
        Source: STREAM_ARN,
        SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'LATEST' } },
        Target,
        RoleArn: ROLE_ARN,
        ...more,
      });
    const batchSize = async (name: string) =>
      (await stored(name)).sourceParameters.DynamoDBStreamParameters.BatchSize;

    it('keep their own parameters, replaced as one unit', async () => {
      const SqsQueueParameters = { MessageGroupId: '$.eventID', MessageDeduplicationId: 'd' };
      await make('to-queue', QUEUE, {
        TargetParameters: { InputTemplate: '{"a": 1}', SqsQueueParameters },
      });
      assert.deepEqual((await describePipe('to-queue'))['TargetParameters'], {
        InputTemplate: '{"a": 1}',
        SqsQueueParameters,
      });
      await plane.settle('to-queue', 'RUNNING');
      await plane.pipes('UpdatePipe', {
        Name: 'to-queue',
        RoleArn: ROLE_ARN,
        TargetParameters: { SqsQueueParameters: { MessageGroupId: 'g' } },
      });
      assert.deepEqual((await stored('to-queue')).targetParameters, {
        InputTemplate: '{"a": 1}',
        SqsQueueParameters: { MessageGroupId: 'g' },
      });
      const CloudWatchLogsParameters = { LogStreamName: 's', Timestamp: '$.time' };
      await make('to-logs', LOGS, { TargetParameters: { CloudWatchLogsParameters } });
      assert.deepEqual((await stored('to-logs')).targetParameters, { CloudWatchLogsParameters });
    });
    it('take batches: without a size as many as both ends take, up to 100', async () => {
      await make('ten', QUEUE);
      await make('hundred', `${LOGS}:*`);
      await make('single', LOGS, { Enrichment: target });
      assert.deepEqual(
        [await batchSize('ten'), await batchSize('hundred'), await batchSize('single')],
        [10, 100, 1],
      );
    });
    it('leave nothing of their parameters when another takes their place', async () => {
      await make('moved', QUEUE, {
        SourceParameters: {
          DynamoDBStreamParameters: { StartingPosition: 'LATEST', BatchSize: 1 },
        },
        TargetParameters: {
          InputTemplate: '{"a": 1}',
          SqsQueueParameters: { MessageGroupId: 'g' },
        },
      });
      await plane.settle('moved', 'RUNNING');
      await plane.pipes('UpdatePipe', { Name: 'moved', RoleArn: ROLE_ARN, Target: target });
      assert.deepEqual((await stored('moved')).targetParameters, { InputTemplate: '{"a": 1}' });
    });
  });

  describe('an update', () => {
    const original = {
      Description: 'old',
      SourceParameters: {
        FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
        DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON', MaximumRetryAttempts: 5 },
      },
      TargetParameters: {
        InputTemplate: '{"a": 1}',
        HttpParameters: { PathParameterValues: ['a'], HeaderParameters: { A: 'b' } },
      },
      Tags: { a: 'b' },
    };
    let n = 0;
    const changed = async (change: object): Promise<PipeResource> => {
      const name = `update-${(n += 1)}`;
      await running(name, original);
      await update(name, change);
      return stored(name);
    };

    it('is UPDATING and one generation on', async () => {
      await running('counted');
      plane.clock.ms += 1000;
      const answer = await update('counted', { Description: 'new' });
      assert.deepEqual(answer, {
        Arn: arnOf('counted'),
        Name: 'counted',
        DesiredState: 'RUNNING',
        CurrentState: 'UPDATING',
        CreationTime: answer['CreationTime'],
        LastModifiedTime: (answer['CreationTime'] as number) + 1,
      });
      assert.equal((await stored('counted')).generation, 2);
    });
    it('keeps what it leaves out', async () => {
      const pipe = await changed({});
      assert.equal(pipe.description, 'old');
      assert.deepEqual(pipe.targetParameters, original.TargetParameters);
      assert.deepEqual(pipe.tags, original.Tags);
      assert.equal(pipe.sourceParameters.DynamoDBStreamParameters.MaximumRetryAttempts, 5);
      assert.deepEqual(
        pipe.sourceParameters.FilterCriteria,
        original.SourceParameters.FilterCriteria,
      );
    });
    it("replaces the stream's block as one unit, but for where it started", async () => {
      const { sourceParameters } = await changed({
        SourceParameters: { DynamoDBStreamParameters: { ParallelizationFactor: 3 } },
      });
      assert.deepEqual(sourceParameters, {
        FilterCriteria: original.SourceParameters.FilterCriteria,
        DynamoDBStreamParameters: {
          StartingPosition: 'TRIM_HORIZON',
          ...DEFAULTS,
          ParallelizationFactor: 3,
        },
      });
    });
    it('cannot change source and starting position', async () => {
      const pipe = await changed({
        Source: 'arn:aws:dynamodb:us-east-1:000000000000:table/other/stream/x',
        SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'LATEST' } },
      });
      assert.equal(pipe.source, STREAM_ARN);
      assert.equal(pipe.sourceParameters.DynamoDBStreamParameters.StartingPosition, 'TRIM_HORIZON');
    });
    it('removes the filter with an empty list', async () => {
      const { sourceParameters } = await changed({
        SourceParameters: { FilterCriteria: { Filters: [] } },
      });
      assert.ok(!('FilterCriteria' in sourceParameters));
      assert.equal(sourceParameters.DynamoDBStreamParameters.MaximumRetryAttempts, 5);
    });
    it('of the filter alone keeps the template', async () => {
      const Filters = [{ Pattern: '{"eventName":["REMOVE"]}' }];
      const pipe = await changed({ SourceParameters: { FilterCriteria: { Filters } } });
      assert.deepEqual(pipe.sourceParameters.FilterCriteria, { Filters });
      assert.deepEqual(pipe.targetParameters, original.TargetParameters);
    });
    it('removes the template with an empty text', async () => {
      const { targetParameters } = await changed({ TargetParameters: { InputTemplate: '' } });
      assert.deepEqual(targetParameters, {
        HttpParameters: original.TargetParameters.HttpParameters,
      });
    });
    it('replaces HttpParameters as one unit', async () => {
      const HttpParameters = { QueryStringParameters: { k: 'v' } };
      const { targetParameters } = await changed({ TargetParameters: { HttpParameters } });
      assert.deepEqual(targetParameters, { InputTemplate: '{"a": 1}', HttpParameters });
    });
    it('goes back to the key of the service with an empty key', async () => {
      await running('keyed', { KmsKeyIdentifier: 'alias/key' });
      await update('keyed', { KmsKeyIdentifier: '' });
      assert.ok(!('kmsKeyIdentifier' in (await stored('keyed'))));
    });
    it('may stop the pipe', async () => {
      const pipe = await changed({ DesiredState: 'STOPPED' });
      assert.deepEqual([pipe.desiredState, pipe.currentState], ['STOPPED', 'UPDATING']);
    });
    it('changes nothing when it is refused', async () => {
      await running('refused', original);
      const pipe = await stored('refused');
      await assert.rejects(
        update('refused', {
          Description: 'x',
          TargetParameters: { InputTemplate: '<aws.pipes.x>' },
        }),
        { code: 'ValidationException', message: /^Invalid InputTemplate: / },
      );
      assert.deepEqual(await stored('refused'), pipe);
    });
    it('is refused once the stream is gone', async () => {
      await running('orphan');
      plane.goneSources.add(STREAM_ARN);
      await assert.rejects(update('orphan'), {
        code: 'ValidationException',
        message: /does not exist/,
      });
      plane.goneSources.delete(STREAM_ARN);
    });
    it('needs no look for a target that it does not change', async () => {
      const gone = await plane.destination('gone', await plane.connection('other'));
      await plane.pipe('kept', gone);
      await plane.settle('kept', 'RUNNING');
      await plane.events('DeleteApiDestination', { Name: 'gone' });
      await update('kept', { Description: 'x' });
      await plane.settle('kept', 'RUNNING');
      await assert.rejects(update('kept', { Target: gone }), { message: /does not exist/ });
      await update('kept', { Target: target });
      assert.equal((await stored('kept')).target, target);
    });
  });

  it('are started and stopped through the states between', async () => {
    await running('turned');
    const states = async (operation: string): Promise<unknown[]> => {
      const { DesiredState, CurrentState } = await plane.pipes(operation, { Name: 'turned' });
      return [DesiredState, CurrentState];
    };
    assert.deepEqual(await states('StopPipe'), ['STOPPED', 'STOPPING']);
    await plane.settle('turned', 'STOPPED');
    assert.deepEqual(await states('StartPipe'), ['RUNNING', 'STARTING']);
    assert.equal((await stored('turned')).generation, 1);
  });
  it('take no change between two states, but can always be deleted', async () => {
    const transitional: PipeCurrentState[] = [
      'CREATING',
      'UPDATING',
      'STARTING',
      'STOPPING',
      'DELETING',
    ];
    await running('busy');
    for (const state of transitional) {
      await plane.settle('busy', state);
      for (const operation of ['StartPipe', 'StopPipe', 'UpdatePipe'])
        await assert.rejects(plane.pipes(operation, { Name: 'busy', RoleArn: ROLE_ARN }), {
          code: 'ConflictException',
          status: 409,
        });
    }
    for (const state of transitional) {
      await plane.settle('busy', state);
      const { CurrentState } = await plane.pipes('DeletePipe', { Name: 'busy' });
      assert.equal(CurrentState, 'DELETING');
    }
  });
  it('can be changed and started after a failure', async () => {
    await running('failed');
    for (const state of ['CREATE_FAILED', 'UPDATE_FAILED', 'START_FAILED'] as const) {
      await plane.settle('failed', state);
      await update('failed');
      await plane.settle('failed', state);
      await plane.pipes('StartPipe', { Name: 'failed' });
    }
  });
  it('are being deleted until the supervisor has removed them', async () => {
    await running('deleted');
    const { DesiredState, CurrentState } = await plane.pipes('DeletePipe', { Name: 'deleted' });
    assert.deepEqual([DesiredState, CurrentState], ['DELETED', 'DELETING']);
    assert.equal((await describePipe('deleted'))['CurrentState'], 'DELETING');
    await assert.rejects(plane.pipe('deleted', target), { code: 'ConflictException' });
    const before = await stored('deleted');
    await plane.state.pipes.delete('deleted');
    await plane.pipe('deleted', target);
    assert.notEqual((await stored('deleted')).id, before.id);
  });

  describe('tags', () => {
    const resourceArn = arnOf('tagged');
    const tags = async (): Promise<unknown> =>
      (await plane.pipes('ListTagsForResource', { resourceArn }))['tags'];
    before(() => running('tagged', { Tags: { a: '1' } }));

    it('are listed, added, replaced and removed', async () => {
      assert.deepEqual(await tags(), { a: '1' });
      assert.deepEqual(
        await plane.pipes('TagResource', { resourceArn, tags: { a: '2', b: '', __proto__x: 'y' } }),
        {},
      );
      assert.deepEqual(await tags(), { a: '2', b: '', __proto__x: 'y' });
      const tagKeys = ['b', '__proto__x', 'none'];
      assert.deepEqual(await plane.pipes('UntagResource', { resourceArn, tagKeys }), {});
      assert.deepEqual(await tags(), { a: '2' });
      assert.deepEqual((await describePipe('tagged'))['Tags'], { a: '2' });
    });
    it('leave the pipe running as it is, unless they change what it does', async () => {
      const generation = async (): Promise<number> => (await stored('tagged')).generation;
      await plane.pipes('TagResource', { resourceArn, tags: { cost: 'centre' } });
      assert.equal(await generation(), 1);
      await plane.pipes('TagResource', {
        resourceArn,
        tags: { 'freshet:missing-values': 'drop-key' },
      });
      assert.equal(await generation(), 2);
      await plane.pipes('TagResource', {
        resourceArn,
        tags: { 'freshet:missing-values': 'drop-key' },
      });
      assert.equal(await generation(), 2);
      await plane.pipes('UntagResource', { resourceArn, tagKeys: ['freshet:missing-values'] });
      assert.equal(await generation(), 3);
    });
    it('hold back a change of target that cannot do what they ask for', async () => {
      await running('deleting', { Tags: { 'freshet:on-remove': 'DELETE' } });
      const Target = 'arn:aws:sqs:us-east-1:000000000000:queue';
      await assert.rejects(update('deleting', { Target }), {
        code: 'ValidationException',
        message:
          'The tag freshet:on-remove may be "DELETE" only where the target is an API destination.',
      });
    });
    it('are at most 50', async () => {
      const many = Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`k${i}`, 'v']));
      await assert.rejects(plane.pipes('TagResource', { resourceArn, tags: many }), {
        code: 'ValidationException',
        message: 'A pipe has at most 50 tags.',
      });
    });
  });

  describe('extensions', () => {
    const extensions = { InputTemplates: { REMOVE: '<freshet.keys>' } };
    const get = (Name: string) => plane.pipes('GetPipeExtensions', { Name });
    const put = (Name: string, Freshet: object) =>
      plane.pipes('PutPipeExtensions', { Name, Freshet });
    before(() => running('extended'));

    it('are none until they are set, and then start the pipe anew', async () => {
      assert.deepEqual(await get('extended'), {});
      assert.deepEqual(await put('extended', extensions), extensions);
      assert.deepEqual(await get('extended'), extensions);
      assert.equal((await stored('extended')).generation, 2);
      assert.equal((await describePipe('extended'))['CurrentState'], 'UPDATING');
      await assert.rejects(put('extended', {}), { code: 'ConflictException' });
      await plane.settle('extended', 'RUNNING');
      assert.deepEqual(await put('extended', extensions), extensions);
      assert.equal((await stored('extended')).generation, 2);
    });
    it('are nothing that DescribePipe tells', async () => {
      const { InputTemplate } = (await describePipe('extended'))['TargetParameters'] as {
        InputTemplate?: string;
      };
      assert.equal(InputTemplate, undefined);
      assert.ok(!JSON.stringify(await describePipe('extended')).includes('freshet.keys'));
    });
    it('stay when an update does not name them, and go with an empty object', async () => {
      await update('extended', { Description: 'another' });
      await plane.settle('extended', 'RUNNING');
      assert.deepEqual(await get('extended'), extensions);
      const more = { InputTemplates: { INSERT: 'new', MODIFY: '' } };
      assert.deepEqual(await put('extended', more), { InputTemplates: { INSERT: 'new' } });
      await plane.settle('extended', 'RUNNING');
      assert.deepEqual(await put('extended', {}), {});
    });
    it('can come with the pipe', async () => {
      await plane.pipe('extended-at-once', target, { Freshet: extensions });
      assert.deepEqual(await get('extended-at-once'), extensions);
    });
  });

  describe('a listing', () => {
    let listed: ControlPlane;
    let other: string;
    before(async () => {
      listed = await ControlPlane.open();
      const connection = await listed.connection('connection');
      const one = await listed.destination('one', connection);
      other = await listed.destination('other', connection);
      for (const name of ['a-1', 'a-2', 'b-1']) await listed.pipe(name, one);
      await listed.pipe('b-2', other, { DesiredState: 'STOPPED' });
      await listed.settle('a-1', 'RUNNING');
    });
    after(() => listed.close());
    const list = async (input: object): Promise<{ names: string[]; token: unknown }> => {
      const { Pipes, NextToken } = await listed.pipes('ListPipes', input);
      return { names: (Pipes as { Name: string }[]).map(({ Name }) => Name), token: NextToken };
    };

    it('has the members of a summary, with source and target', async () => {
      const { Pipes } = await listed.pipes('ListPipes', { Limit: 1 });
      assert.deepEqual(Object.keys((Pipes as object[])[0]!).sort(), [
        'Arn',
        'CreationTime',
        'CurrentState',
        'DesiredState',
        'LastModifiedTime',
        'Name',
        'Source',
        'StateReason',
        'Target',
      ]);
    });
    it('can be narrowed by every member', async () => {
      assert.deepEqual((await list({})).names, ['a-1', 'a-2', 'b-1', 'b-2']);
      assert.deepEqual((await list({ NamePrefix: 'a' })).names, ['a-1', 'a-2']);
      assert.deepEqual((await list({ DesiredState: 'STOPPED' })).names, ['b-2']);
      assert.deepEqual((await list({ CurrentState: 'RUNNING' })).names, ['a-1']);
      assert.deepEqual((await list({ SourcePrefix: STREAM_ARN })).names.length, 4);
      assert.deepEqual((await list({ SourcePrefix: 'arn:aws:sqs' })).names, []);
      assert.deepEqual((await list({ TargetPrefix: other.slice(0, -3) })).names, ['b-2']);
    });
    it('has no further page when nothing that is asked for follows', async () => {
      const page = await list({ DesiredState: 'RUNNING', Limit: 3 });
      assert.deepEqual(page, { names: ['a-1', 'a-2', 'b-1'], token: undefined });
    });
    it('goes on from page to page however long the query is', async () => {
      const source = `${STREAM_ARN.slice(0, 46)}${'t'.repeat(1500)}`;
      for (const name of ['long-1', 'long-2'])
        await listed.pipe(name, other, { Source: `${source}/stream/1` });
      const query = { SourcePrefix: source, TargetPrefix: other, Limit: 1 };
      const { token: NextToken } = await list(query);
      assert.deepEqual((await list({ ...query, NextToken })).names, ['long-2']);
      for (const name of ['long-1', 'long-2']) await listed.state.pipes.delete(name);
    });
    it('comes in pages, whose query must stay the same', async () => {
      const first = await list({ DesiredState: 'RUNNING', Limit: 2 });
      assert.deepEqual(first.names, ['a-1', 'a-2']);
      const NextToken = first.token;
      const second = await list({ DesiredState: 'RUNNING', Limit: 100, NextToken });
      assert.deepEqual(second, { names: ['b-1'], token: undefined });
      await assert.rejects(list({ DesiredState: 'STOPPED', NextToken }), {
        code: 'ValidationException',
      });
    });
  });
});
