import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { KeySecrets } from '../../src/state/secrets.js';
import { API_KEY, ControlPlane } from './setup.js';

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}';
const OAUTH = {
  OAuthParameters: {
    AuthorizationEndpoint: 'https://idp.example.com/token',
    HttpMethod: 'POST',
    ClientParameters: { ClientID: 'id', ClientSecret: 'the client secret' },
    OAuthHttpParameters: {
      BodyParameters: [{ Key: 'scope', Value: 'all', IsValueSecret: false }],
    },
  },
};

describe('connections and API destinations', () => {
  it('are at most 3000 each', async () => {
    const plane = await ControlPlane.open();
    try {
      const connectionArn = await plane.connection('first');
      await plane.destination('first', connectionArn);
      const connection = (await plane.state.connections.get('first'))!;
      const destination = (await plane.state.apiDestinations.get('first'))!;
      const names = Array.from({ length: 2999 }, (_, i) => `c${i}`);
      await Promise.all(
        names.flatMap((name) => [
          plane.state.connections.create({ ...connection, name }),
          plane.state.apiDestinations.create({ ...destination, name }),
        ]),
      );
      const refusal = { code: 'LimitExceededException', status: 400 };
      await assert.rejects(plane.connection('last'), refusal);
      await assert.rejects(plane.destination('last', connectionArn), refusal);
      await plane.events('DeleteApiDestination', { Name: 'c0' });
      await plane.destination('last', connectionArn);
    } finally {
      await plane.close();
    }
  });
});

describe('connections', () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await ControlPlane.open();
  });
  after(() => plane.close());

  const describeConnection = (Name: string) => plane.events('DescribeConnection', { Name });
  /** What is sealed, as the sender sees it. */
  const opened = async (name: string): Promise<unknown> => {
    const { sealedAuthParameters } = (await plane.state.connections.get(name))!;
    return sealedAuthParameters && JSON.parse(plane.state.secrets.open(sealedAuthParameters));
  };

  it('are authorized at once with an API key, under an ARN with a UUID', async () => {
    const made = await plane.events('CreateConnection', {
      Name: 'key',
      Description: 'a description',
      AuthorizationType: 'API_KEY',
      AuthParameters: API_KEY,
    });
    const { ConnectionArn, ...rest } = made;
    assert.match(
      ConnectionArn as string,
      new RegExp(`^arn:aws:events:us-east-1:000000000000:connection/key/${UUID}$`),
    );
    assert.deepEqual(rest, {
      ConnectionState: 'AUTHORIZED',
      CreationTime: 1_700_000_000.5,
      LastModifiedTime: 1_700_000_000.5,
    });
  });

  it('are described without secrets and without members that were never set', async () => {
    const { ConnectionArn, SecretArn, ...rest } = await describeConnection('key');
    assert.match(
      SecretArn as string,
      new RegExp(
        `^arn:aws:secretsmanager:us-east-1:000000000000:secret:events!connection/key/${UUID}-[A-Za-z0-9]{6}$`,
      ),
    );
    assert.ok(ConnectionArn);
    assert.deepEqual(rest, {
      Name: 'key',
      Description: 'a description',
      ConnectionState: 'AUTHORIZED',
      AuthorizationType: 'API_KEY',
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'X-Key' } },
      CreationTime: 1_700_000_000.5,
      LastModifiedTime: 1_700_000_000.5,
      LastAuthorizedTime: 1_700_000_000.5,
    });
    await plane.connection('bare');
    assert.ok(!('Description' in (await describeConnection('bare'))));
  });

  it('show of each type what is no secret', async () => {
    await plane.connection('basic', {
      AuthorizationType: 'BASIC',
      AuthParameters: { BasicAuthParameters: { Username: 'u', Password: 'the password' } },
    });
    await plane.connection('oauth', {
      AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS',
      AuthParameters: OAUTH,
    });
    const { OAuthParameters } = OAUTH;
    assert.deepEqual((await describeConnection('basic'))['AuthParameters'], {
      BasicAuthParameters: { Username: 'u' },
    });
    assert.deepEqual((await describeConnection('oauth'))['AuthParameters'], {
      OAuthParameters: { ...OAuthParameters, ClientParameters: { ClientID: 'id' } },
    });
  });

  it('show invocation parameters as they were given, but for secret values', async () => {
    const parameters = {
      HeaderParameters: [
        { Key: 'X-Env', Value: 'prod', IsValueSecret: false },
        { Key: 'X-Token', Value: 'the token', IsValueSecret: true },
        { Key: 'X-Plain', Value: 'plain' },
      ],
      QueryStringParameters: [],
    };
    await plane.connection('invocation', {
      AuthParameters: { ...API_KEY, InvocationHttpParameters: parameters },
    });
    const [env, token, plain] = parameters.HeaderParameters;
    assert.deepEqual((await describeConnection('invocation'))['AuthParameters'], {
      ApiKeyAuthParameters: { ApiKeyName: 'X-Key' },
      InvocationHttpParameters: {
        HeaderParameters: [env, { Key: token!.Key, IsValueSecret: true }, plain],
        QueryStringParameters: [],
      },
    });
    assert.deepEqual(await opened('invocation'), {
      ...API_KEY,
      InvocationHttpParameters: parameters,
    });
    await plane.connection('empty', {
      AuthParameters: { ...API_KEY, InvocationHttpParameters: {} },
    });
    const { AuthParameters } = await describeConnection('empty');
    assert.deepEqual(
      (AuthParameters as object & { InvocationHttpParameters: object }).InvocationHttpParameters,
      {},
    );
  });

  it('take null members as missing and leave out what the model does not have', async () => {
    await plane.connection('nulls', {
      Description: null,
      AuthParameters: {
        ...API_KEY,
        BasicAuthParameters: null,
        Extra: 1,
        InvocationHttpParameters: { HeaderParameters: null, Extra: 5 },
      },
    });
    assert.deepEqual(await opened('nulls'), { ...API_KEY, InvocationHttpParameters: {} });
  });

  it('never write a secret into the table in plain text', async () => {
    for (const name of ['key', 'basic', 'oauth', 'invocation']) {
      const text = JSON.stringify(await plane.state.connections.get(name));
      assert.doesNotMatch(text, /the (secret|password|client secret|token)/, name);
    }
  });

  it('keep a KMS key identifier', async () => {
    await plane.connection('kms', { KmsKeyIdentifier: 'alias/key' });
    assert.equal((await describeConnection('kms'))['KmsKeyIdentifier'], 'alias/key');
  });

  describe('an update', () => {
    it('keeps what it leaves out', async () => {
      await plane.connection('update', { Description: 'old' });
      plane.clock.ms += 1000;
      const { ConnectionArn: _arn, ...answer } = await plane.events('UpdateConnection', {
        Name: 'update',
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyValue: 'new' } },
      });
      assert.deepEqual(answer, {
        ConnectionState: 'AUTHORIZED',
        CreationTime: 1_700_000_000.5,
        LastModifiedTime: 1_700_000_001.5,
        LastAuthorizedTime: 1_700_000_001.5,
      });
      assert.deepEqual(await opened('update'), {
        ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'new' },
      });
      assert.equal((await describeConnection('update'))['Description'], 'old');
    });
    it('of the description authorizes nothing anew', async () => {
      plane.clock.ms += 1000;
      const { LastModifiedTime, LastAuthorizedTime } = await plane.events('UpdateConnection', {
        Name: 'update',
        Description: 'new',
      });
      assert.deepEqual([LastModifiedTime, LastAuthorizedTime], [1_700_000_002.5, 1_700_000_001.5]);
    });
    it('may change the type', async () => {
      const basic = { BasicAuthParameters: { Username: 'u', Password: 'p' } };
      await plane.events('UpdateConnection', {
        Name: 'update',
        AuthorizationType: 'BASIC',
        AuthParameters: basic,
      });
      assert.deepEqual(await opened('update'), basic);
      assert.equal((await describeConnection('update'))['AuthorizationType'], 'BASIC');
    });
    it("keeps a client's id when it gives a new secret", async () => {
      await plane.events('UpdateConnection', {
        Name: 'oauth',
        AuthParameters: { OAuthParameters: { ClientParameters: { ClientSecret: 'new' } } },
      });
      assert.deepEqual(await opened('oauth'), {
        OAuthParameters: {
          ...OAUTH.OAuthParameters,
          ClientParameters: { ClientID: 'id', ClientSecret: 'new' },
        },
      });
    });
    it('changes nothing when it is refused', async () => {
      const before = await plane.state.connections.get('key');
      await assert.rejects(
        plane.events('UpdateConnection', {
          Name: 'key',
          Description: 'x',
          AuthorizationType: 'BASIC',
        }),
      );
      assert.deepEqual(await plane.state.connections.get('key'), before);
    });
    it('gives secrets anew whose key is lost, all of them', async () => {
      await plane.connection('lost');
      const events = plane.newEvents(new KeySecrets(randomBytes(32)));
      const update = (ApiKeyAuthParameters: object): Promise<unknown> =>
        events.invoke('UpdateConnection', {
          Name: 'lost',
          AuthParameters: { ApiKeyAuthParameters },
        });
      await assert.rejects(update({ ApiKeyValue: 'v' }), {
        code: 'ValidationException',
        message: /cannot be opened with this server's key: give all its AuthParameters again/,
      });
      await update({ ApiKeyName: 'k', ApiKeyValue: 'v' });
    });
  });

  it('forget their secrets when they are deauthorized, and can be given new ones', async () => {
    await plane.connection('deauthorized');
    const { ConnectionState } = await plane.events('DeauthorizeConnection', {
      Name: 'deauthorized',
    });
    assert.equal(ConnectionState, 'DEAUTHORIZING');
    const described = await describeConnection('deauthorized');
    assert.equal(described['ConnectionState'], 'DEAUTHORIZED');
    assert.deepEqual(described['AuthParameters'], {});
    assert.equal(await opened('deauthorized'), undefined);
    await assert.rejects(
      plane.events('UpdateConnection', {
        Name: 'deauthorized',
        AuthParameters: { ApiKeyAuthParameters: { ApiKeyValue: 'v' } },
      }),
      { message: /ApiKeyAuthParameters.ApiKeyName is missing/ },
    );
    await plane.events('UpdateConnection', { Name: 'deauthorized', AuthParameters: API_KEY });
    assert.equal((await describeConnection('deauthorized'))['ConnectionState'], 'AUTHORIZED');
  });

  it('are gone once deleted, and have another ARN when made again', async () => {
    const first = await plane.connection('again');
    const { ConnectionState, ConnectionArn } = await plane.events('DeleteConnection', {
      Name: 'again',
    });
    assert.deepEqual([ConnectionState, ConnectionArn], ['DELETING', first]);
    await assert.rejects(describeConnection('again'), { code: 'ResourceNotFoundException' });
    assert.notEqual(await plane.connection('again'), first);
  });

  describe('with OAuth', () => {
    const create = (Name: string): Promise<unknown> =>
      plane.events('CreateConnection', {
        Name,
        AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS',
        AuthParameters: OAUTH,
      });
    const settled = (name: string): Promise<void> =>
      new Promise((resolve) => {
        const end = plane.state.connections.onChange((changed) => {
          void plane.state.connections.get(name).then((connection) => {
            if (changed !== name || connection?.state === 'AUTHORIZING') return;
            end();
            resolve();
          });
        });
      });

    it('are authorizing, then authorized', async () => {
      plane.tokens.set('token', Promise.resolve(undefined));
      const done = settled('token');
      const { ConnectionState } = (await create('token')) as { ConnectionState: string };
      assert.equal(ConnectionState, 'AUTHORIZING');
      await done;
      assert.equal((await describeConnection('token'))['ConnectionState'], 'AUTHORIZED');
    });
    it('are deauthorized with the reason when no token comes', async () => {
      plane.tokens.set('no-token', Promise.resolve(`401${'!'.repeat(600)}`));
      const done = settled('no-token');
      await create('no-token');
      await done;
      const { ConnectionState, StateReason } = await describeConnection('no-token');
      assert.equal(ConnectionState, 'DEAUTHORIZED');
      assert.equal((StateReason as string).length, 512);
    });
    it('are not judged by a token request with credentials they had before', async () => {
      let fail!: (reason: string) => void;
      plane.tokens.set('late', new Promise((resolve) => (fail = resolve)));
      await create('late');
      plane.tokens.set('late', Promise.resolve(undefined));
      const done = settled('late');
      await plane.events('UpdateConnection', {
        Name: 'late',
        AuthParameters: { OAuthParameters: { ClientParameters: { ClientSecret: 'right' } } },
      });
      await done;
      fail('401 with the wrong secret');
      await new Promise((resolve) => setImmediate(resolve));
      assert.equal((await describeConnection('late'))['ConnectionState'], 'AUTHORIZED');
    });
    it('are tried again after a stop of the server', async () => {
      await create('stopped');
      plane.tokens.set('stopped', Promise.resolve(undefined));
      const done = settled('stopped');
      await plane.newEvents(plane.state.secrets).resume();
      await done;
      assert.equal((await describeConnection('stopped'))['ConnectionState'], 'AUTHORIZED');
    });
  });

  describe('a listing', () => {
    let listed: ControlPlane;
    before(async () => {
      listed = await ControlPlane.open();
      for (const name of ['a-1', 'a-2', 'a-3', 'b-1']) await listed.connection(name);
      await listed.events('DeauthorizeConnection', { Name: 'a-2' });
    });
    after(() => listed.close());
    const list = async (input: object): Promise<{ names: string[]; token: unknown }> => {
      const { Connections, NextToken } = await listed.events('ListConnections', input);
      return {
        names: (Connections as { Name: string }[]).map(({ Name }) => Name),
        token: NextToken,
      };
    };

    it('is by name, without parameters, secret ARN and description', async () => {
      const { Connections, ...rest } = await listed.events('ListConnections', {});
      assert.deepEqual(rest, {});
      assert.deepEqual(Object.keys((Connections as object[])[0]!).sort(), [
        'AuthorizationType',
        'ConnectionArn',
        'ConnectionState',
        'CreationTime',
        'LastAuthorizedTime',
        'LastModifiedTime',
        'Name',
      ]);
      assert.deepEqual((await list({})).names, ['a-1', 'a-2', 'a-3', 'b-1']);
    });
    it('can be narrowed', async () => {
      assert.deepEqual((await list({ NamePrefix: 'a-' })).names, ['a-1', 'a-2', 'a-3']);
      assert.deepEqual((await list({ ConnectionState: 'DEAUTHORIZED' })).names, ['a-2']);
      assert.deepEqual(
        (await list({ NamePrefix: 'b', ConnectionState: 'DEAUTHORIZED' })).names,
        [],
      );
    });
    it('comes in pages, over what is left out', async () => {
      const query = { ConnectionState: 'AUTHORIZED', Limit: 1 };
      const names: string[] = [];
      let NextToken: unknown;
      do {
        const page = await list({ ...query, ...(NextToken !== undefined && { NextToken }) });
        names.push(...page.names);
        NextToken = page.token;
      } while (NextToken !== undefined);
      assert.deepEqual(names, ['a-1', 'a-3', 'b-1']);
    });
    it('takes a token for the same query only, for a day', async () => {
      const { token: NextToken } = await list({ NamePrefix: 'a-', Limit: 1 });
      await assert.rejects(list({ NamePrefix: 'b-', NextToken }), { code: 'ValidationException' });
      listed.clock.ms += 24 * 3600 * 1000;
      assert.deepEqual((await list({ NamePrefix: 'a-', NextToken })).names, ['a-2', 'a-3']);
      listed.clock.ms += 1;
      await assert.rejects(list({ NamePrefix: 'a-', NextToken }), {
        code: 'InvalidToken',
        status: 400,
        message: 'The NextToken has expired: start again from the first page.',
      });
    });
  });
});
