import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  AllCaches,
  AllDataReadWrite,
  AllTopics,
  CacheRole,
  ExpiresIn,
  GenerateApiKey,
  GenerateDisposableToken,
  PermissionScopes,
  RefreshApiKey,
  TopicRole,
  TopicSubscribe,
  type AuthClient,
  type CacheClient,
  type PermissionScope,
} from '@gomomento/sdk';
import { startMomento, type RunningMomento } from '../../../src/server/momento.js';
import { authClient, cacheClient, keyCredentials, topicClient } from './clients.js';

const KEY = 'key-of-the-owner';
const MINUTE = ExpiresIn.minutes(1);
type DisposableScope = Parameters<AuthClient['generateDisposableToken']>[0];

describe('keys and tokens through the official SDK', () => {
  let momento: RunningMomento;
  let owner: CacheClient;
  const clients: CacheClient[] = [];
  before(async () => {
    momento = await startMomento({ apiKeys: [KEY], caches: ['a', 'b'] });
    owner = await clientWith(KEY);
    for (const cache of ['a', 'b'])
      for (const key of ['cow', 'pet-cat', 'plain'])
        await owner.set(cache, key, `${key} of ${cache}`);
  });
  after(async () => {
    for (const client of clients) client.close();
    await momento.close();
  });

  async function clientWith(key: string): Promise<CacheClient> {
    const client = await cacheClient(keyCredentials(momento, key));
    clients.push(client);
    return client;
  }

  /** The inner key of what the SDK hands out. */
  function inner(wrapped: string): string {
    return (JSON.parse(Buffer.from(wrapped, 'base64').toString()) as { api_key: string }).api_key;
  }

  async function made(scope: PermissionScope): Promise<string> {
    const response = await authClient(keyCredentials(momento, KEY)).generateApiKey(scope, MINUTE);
    assert.ok(response instanceof GenerateApiKey.Success, response.toString());
    return inner(response.apiKey);
  }

  async function disposable(scope: DisposableScope, tokenId?: string): Promise<string> {
    const response = await authClient(keyCredentials(momento, KEY)).generateDisposableToken(
      scope,
      MINUTE,
      tokenId === undefined ? {} : { tokenId },
    );
    assert.ok(response instanceof GenerateDisposableToken.Success, response.toString());
    return inner(response.authToken);
  }

  const codeOf = (response: unknown): string =>
    (response as { errorCode?: () => string }).errorCode?.() ?? 'allowed';

  async function mayDo(client: CacheClient, cache: string, key: string): Promise<string> {
    const got = codeOf(await client.get(cache, key));
    const set = codeOf(await client.set(cache, key, `${key} of ${cache}`));
    return [got, set].map((code) => (code === 'PERMISSION_ERROR' ? 'no' : code)).join(' ');
  }

  it('refuses a wrong key, and a blank one', async () => {
    for (const key of ['wrong', ' ']) {
      const client = await clientWith(key);
      assert.equal(codeOf(await client.get('a', 'cow')), 'AUTHENTICATION_ERROR');
      assert.equal(codeOf(await client.createCache('x')), 'AUTHENTICATION_ERROR');
    }
  });

  it('a key for all data reads and writes, and makes no caches or keys', async () => {
    const key = await made(AllDataReadWrite);
    const client = await clientWith(key);
    assert.equal(await mayDo(client, 'a', 'cow'), 'allowed allowed');
    for (const response of [
      await client.createCache('x'),
      await client.deleteCache('a'),
      await client.listCaches(),
      await authClient(keyCredentials(momento, key)).generateApiKey(AllDataReadWrite, MINUTE),
    ])
      assert.equal(codeOf(response), 'PERMISSION_ERROR');
  });

  const cases: [title: string, scope: PermissionScope, may: Record<string, string>][] = [
    [
      'reads all caches',
      PermissionScopes.cacheReadOnly(AllCaches),
      { 'a cow': 'allowed no', 'b plain': 'allowed no' },
    ],
    [
      'writes one cache',
      PermissionScopes.cacheWriteOnly('a'),
      { 'a cow': 'no allowed', 'b cow': 'no no' },
    ],
    [
      'reads and writes one cache',
      { permissions: [{ role: CacheRole.ReadWrite, cache: { name: 'b' } }] },
      { 'a cow': 'no no', 'b cow': 'allowed allowed' },
    ],
    [
      'does nothing with caches, but with topics',
      PermissionScopes.topicPublishSubscribe(AllCaches, AllTopics),
      { 'a cow': 'no no' },
    ],
  ];
  for (const [title, scope, may] of cases)
    it(`a key ${title}`, async () => {
      const client = await clientWith(await made(scope));
      for (const [what, allowed] of Object.entries(may)) {
        const [cache, key] = what.split(' ');
        assert.equal(await mayDo(client, cache!, key!), allowed, what);
      }
    });

  it('a token reads only certain keys and prefixes', async () => {
    const client = await clientWith(
      await disposable({
        permissions: [
          { role: CacheRole.ReadOnly, cache: 'a', item: { key: 'cow' } },
          { role: CacheRole.ReadOnly, cache: AllCaches, item: { keyPrefix: 'pet' } },
        ],
      }),
    );
    assert.equal(await mayDo(client, 'a', 'cow'), 'allowed no');
    assert.equal(await mayDo(client, 'b', 'cow'), 'no no');
    assert.equal(await mayDo(client, 'b', 'pet-cat'), 'allowed no');
    assert.equal(await mayDo(client, 'a', 'plain'), 'no no');
    assert.equal(codeOf(await client.getBatch('a', ['cow', 'plain'])), 'PERMISSION_ERROR');
    assert.equal(codeOf(await client.getBatch('a', ['cow', 'pet-cat'])), 'allowed');
    assert.equal(codeOf(await client.keysExist('a', ['cow', 'plain'])), 'PERMISSION_ERROR');
  });

  it('a token publishes under its id, and may not subscribe', async () => {
    const scope = { permissions: [{ role: TopicRole.PublishOnly, cache: 'a', topic: 'news' }] };
    const publisher = topicClient(keyCredentials(momento, await disposable(scope, 'reporter')));
    const reader = topicClient(keyCredentials(momento, KEY));
    let hear: (publisher: string | undefined) => void;
    const heard = new Promise<string | undefined>((resolve) => (hear = resolve));
    const subscription = await reader.subscribe('a', 'news', {
      onItem: (item) => hear(item.tokenId()),
      onError: (error) => hear(error.toString()),
    });
    assert.ok(subscription instanceof TopicSubscribe.Subscription);
    assert.equal(codeOf(await publisher.publish('a', 'news', 'x')), 'allowed');
    assert.equal(await heard, 'reporter');
    subscription.unsubscribe();
    assert.equal(codeOf(await publisher.publish('a', 'other', 'x')), 'PERMISSION_ERROR');
    const refused = await publisher.subscribe('a', 'news', { onItem: () => {}, onError: () => {} });
    assert.ok(refused instanceof TopicSubscribe.Error);
    assert.equal(refused.errorCode(), 'PERMISSION_ERROR');
  });

  it('makes keys anew', async () => {
    const auth = authClient(keyCredentials(momento, KEY));
    const first = await auth.generateApiKey(AllDataReadWrite, MINUTE);
    assert.ok(first instanceof GenerateApiKey.Success);
    const own = authClient(keyCredentials(momento, inner(first.apiKey)));
    const second = await own.refreshApiKey(first.refreshToken);
    assert.ok(second instanceof RefreshApiKey.Success, second.toString());
    const client = await clientWith(inner(second.apiKey));
    assert.equal(await mayDo(client, 'a', 'cow'), 'allowed allowed');
    assert.ok(second.expiresAt.epoch() >= first.expiresAt.epoch());
  });

  it('refuses keys without permissions, conflicting ones, and times that are none', async () => {
    const auth = authClient(keyCredentials(momento, KEY));
    const twice = [
      { role: CacheRole.ReadOnly, cache: 'a' },
      { role: CacheRole.ReadWrite, cache: { name: 'a' } },
    ];
    for (const response of [
      await auth.generateApiKey({ permissions: [] }, MINUTE),
      await auth.generateApiKey({ permissions: twice }, MINUTE),
      await auth.generateApiKey(AllDataReadWrite, ExpiresIn.seconds(-100)),
      await auth.generateDisposableToken(AllDataReadWrite, ExpiresIn.hours(2)),
    ])
      assert.equal(codeOf(response), 'INVALID_ARGUMENT_ERROR');
  });
});
