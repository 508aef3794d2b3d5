import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { ControlPlane } from './setup.js';

describe('API destinations', () => {
  let plane: ControlPlane;
  let connectionArn: string;
  before(async () => {
    plane = await ControlPlane.open();
    connectionArn = await plane.connection('connection');
  });
  after(() => plane.close());

  const describeDestination = (Name: string) => plane.events('DescribeApiDestination', { Name });

  it('are active at once, under an ARN with a UUID', async () => {
    const { ApiDestinationArn, ...rest } = await plane.events('CreateApiDestination', {
      Name: 'one',
      ConnectionArn: connectionArn,
      InvocationEndpoint: 'https://api.example.com/users/*',
      HttpMethod: 'PUT',
    });
    assert.match(
      ApiDestinationArn as string,
      /^arn:aws:events:us-east-1:000000000000:api-destination\/one\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    );
    assert.deepEqual(rest, {
      ApiDestinationState: 'ACTIVE',
      CreationTime: 1_700_000_000.5,
      LastModifiedTime: 1_700_000_000.5,
    });
  });
  it('are described with a rate of 300 when none was given', async () => {
    const { ApiDestinationArn: _arn, ...rest } = await describeDestination('one');
    assert.deepEqual(rest, {
      Name: 'one',
      ApiDestinationState: 'ACTIVE',
      ConnectionArn: connectionArn,
      InvocationEndpoint: 'https://api.example.com/users/*',
      HttpMethod: 'PUT',
      InvocationRateLimitPerSecond: 300,
      CreationTime: 1_700_000_000.5,
      LastModifiedTime: 1_700_000_000.5,
    });
  });
  it('may have an http endpoint where the server allows it', async () => {
    await plane.destination('http', connectionArn, {
      InvocationEndpoint: 'http://127.0.0.1:4566/cache/*',
    });
    assert.equal(
      (await describeDestination('http'))['InvocationEndpoint'],
      'http://127.0.0.1:4566/cache/*',
    );
  });
  it('keep what an update leaves out', async () => {
    const arn = await plane.destination('update', connectionArn, {
      Description: 'old',
      InvocationRateLimitPerSecond: 5,
    });
    plane.clock.ms += 1000;
    const answer = await plane.events('UpdateApiDestination', {
      Name: 'update',
      HttpMethod: 'POST',
    });
    assert.deepEqual(answer, {
      ApiDestinationArn: arn,
      ApiDestinationState: 'ACTIVE',
      CreationTime: 1_700_000_000.5,
      LastModifiedTime: 1_700_000_001.5,
    });
    const described = await describeDestination('update');
    assert.equal(described['HttpMethod'], 'POST');
    assert.equal(described['Description'], 'old');
    assert.equal(described['InvocationRateLimitPerSecond'], 5);
  });
  it('are as active as their connection', async () => {
    const arn = await plane.connection('fickle');
    await plane.destination('follower', arn);
    const state = async (): Promise<unknown> =>
      (await describeDestination('follower'))['ApiDestinationState'];
    assert.equal(await state(), 'ACTIVE');
    await plane.events('DeauthorizeConnection', { Name: 'fickle' });
    assert.equal(await state(), 'INACTIVE');
    await plane.events('DeleteConnection', { Name: 'fickle' });
    assert.equal(await state(), 'INACTIVE');
    await plane.connection('fickle'); // another connection, though of the same name
    assert.equal(await state(), 'INACTIVE');
    await plane.events('UpdateApiDestination', { Name: 'follower', ConnectionArn: connectionArn });
    assert.equal(await state(), 'ACTIVE');
  });
  it('are inactive while their connection is authorizing', async () => {
    const arn = await plane.connection('authorizing', {
      AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS',
      AuthParameters: {
        OAuthParameters: {
          AuthorizationEndpoint: 'https://idp.example.com/token',
          HttpMethod: 'POST',
          ClientParameters: { ClientID: 'i', ClientSecret: 's' },
        },
      },
    });
    await plane.destination('waiting', arn);
    assert.equal((await describeDestination('waiting'))['ApiDestinationState'], 'INACTIVE');
  });
  it('are listed by name and connection, without description, in pages', async () => {
    const list = async (input: object): Promise<{ names: string[]; token: unknown }> => {
      const answer = await plane.events('ListApiDestinations', input);
      const found = answer['ApiDestinations'] as { Name: string; Description?: string }[];
      assert.ok(found.every((one) => !('Description' in one)));
      return { names: found.map(({ Name }) => Name), token: answer['NextToken'] };
    };
    assert.deepEqual((await list({ NamePrefix: 'up' })).names, ['update']);
    const query = { ConnectionArn: connectionArn, Limit: 2 };
    const first = await list(query);
    assert.deepEqual(first.names, ['follower', 'http']);
    const second = await list({ ...query, NextToken: first.token });
    assert.deepEqual(second, { names: ['one', 'update'], token: undefined });
  });
  it('are gone once deleted', async () => {
    assert.deepEqual(await plane.events('DeleteApiDestination', { Name: 'one' }), {});
    await assert.rejects(describeDestination('one'), { code: 'ResourceNotFoundException' });
  });
});
