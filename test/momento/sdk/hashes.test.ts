import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  CacheGetWithHash,
  CacheSetWithHash,
  type CacheClient,
  CacheSetIfPresentAndHashEqual,
} from '@gomomento/sdk';
import { startMomento, type RunningMomento } from '../../../src/server/momento.js';
import { localCacheClient } from './clients.js';

const OTHER = new Uint8Array(20).fill(7);

describe('writes on condition of a hash', () => {
  let momento: RunningMomento;
  let client: CacheClient;
  before(async () => {
    momento = await startMomento({ caches: ['c'] });
    client = await localCacheClient(momento);
  });
  after(async () => {
    client.close();
    await momento.close();
  });

  /** Stores a value and returns its hash. */
  async function store(key: string, value: string): Promise<Uint8Array> {
    const stored = await client.setWithHash('c', key, value);
    assert.ok(stored instanceof CacheSetWithHash.Stored, stored.toString());
    return stored.hashUint8Array();
  }

  it('gets the hash that a write answered, and another for another value', async () => {
    const hash = await store('k', 'v');
    const got = await client.getWithHash('c', 'k');
    assert.ok(got instanceof CacheGetWithHash.Hit);
    assert.equal(got.valueString(), 'v');
    assert.deepEqual(got.hashUint8Array(), hash);
    assert.notDeepEqual(await store('k', 'w'), hash);
    assert.equal((await client.getWithHash('c', 'absent')).type, 'Miss');
  });

  it('sets if present and the hash is equal', async () => {
    const set = (key: string, hash: Uint8Array): Promise<string> =>
      client.setIfPresentAndHashEqual('c', key, 'new', hash).then(({ type }) => type);
    assert.equal(await set('a1', OTHER), 'NotStored');
    const hash = await store('a1', 'old');
    assert.equal(await set('a1', OTHER), 'NotStored');
    const stored = await client.setIfPresentAndHashEqual('c', 'a1', 'new', hash);
    assert.ok(stored instanceof CacheSetIfPresentAndHashEqual.Stored);
    assert.deepEqual(stored.hashUint8Array(), await store('same', 'new'));
  });

  it('sets if present and the hash differs', async () => {
    const set = (hash: Uint8Array): Promise<string> =>
      client.setIfPresentAndHashNotEqual('c', 'a2', 'new', hash).then(({ type }) => type);
    assert.equal(await set(OTHER), 'NotStored');
    const hash = await store('a2', 'old');
    assert.equal(await set(hash), 'NotStored');
    assert.equal(await set(OTHER), 'Stored');
  });

  it('sets if absent or the hash is equal', async () => {
    const set = (value: string, hash: Uint8Array): Promise<string> =>
      client.setIfAbsentOrHashEqual('c', 'a3', value, hash).then(({ type }) => type);
    assert.equal(await set('1', OTHER), 'Stored');
    assert.equal(await set('2', OTHER), 'NotStored');
    assert.equal(await set('2', await store('same', '1')), 'Stored');
  });

  it('sets if absent or the hash differs', async () => {
    const set = (value: string, hash: Uint8Array): Promise<string> =>
      client.setIfAbsentOrHashNotEqual('c', 'a4', value, hash).then(({ type }) => type);
    assert.equal(await set('1', OTHER), 'Stored');
    assert.equal(await set('2', await store('same', '1')), 'NotStored');
    assert.equal(await set('2', OTHER), 'Stored');
  });
});
