import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import generated from '@gomomento/generated-types';
import { startMomento, type RunningMomento } from '../../../src/server/momento.js';

const { cache_client: scs } = generated.cache;
const { pubsub } = generated.pubsub.cache_client;

describe('faults that a client asks for', () => {
  let momento: RunningMomento;
  let client: InstanceType<typeof scs.ScsClient>;
  before(async () => {
    momento = await startMomento({ caches: ['c'] });
    client = new scs.ScsClient(`127.0.0.1:${momento.grpcPort}`, credentials.createInsecure());
  });
  after(async () => {
    client.close();
    await momento.close();
  });

  /** The status of a Get with these metadata. */
  function get(headers: Record<string, string>): Promise<number> {
    const metadata = new Metadata();
    for (const [name, value] of Object.entries({ cache: 'c', ...headers }))
      metadata.set(name, value);
    const request = new scs._GetRequest({ cache_key: Buffer.from('k') });
    return new Promise((resolve) => {
      client.Get(request, metadata, (error: ServiceError | null) =>
        resolve(error?.code ?? status.OK),
      );
    });
  }

  it('are errors of the RPCs named, always', async () => {
    const headers = { 'request-id': randomUUID(), 'return-error': 'unavailable' };
    for (let i = 0; i < 3; i++)
      assert.equal(await get({ ...headers, 'error-rpcs': 'set get' }), status.UNAVAILABLE);
    assert.equal(await get({ ...headers, 'error-rpcs': 'set' }), status.OK);
  });

  it('are errors as many times as asked for, each request by itself', async () => {
    for (const id of [randomUUID(), randomUUID()]) {
      const headers = {
        'request-id': id,
        'return-error': 'deadline-exceeded',
        'error-rpcs': 'get',
        'error-count': '2',
      };
      assert.equal(await get(headers), status.DEADLINE_EXCEEDED);
      assert.equal(await get(headers), status.DEADLINE_EXCEEDED);
      assert.equal(await get(headers), status.OK);
    }
  });

  it('are delays, and an error after one', async () => {
    const headers = {
      'request-id': randomUUID(),
      'delay-rpcs': 'get',
      'delay-ms': '60',
      'delay-count': '1',
      'return-error': 'internal',
      'error-rpcs': 'get',
    };
    const begin = performance.now();
    assert.equal(await get(headers), status.INTERNAL);
    assert.ok(performance.now() - begin >= 55);
    assert.equal(await get(headers), status.INTERNAL);
  });

  it('end a subscription after so many messages, which heartbeats are, too', async () => {
    const subscriber = new pubsub.PubsubClient(
      `127.0.0.1:${momento.grpcPort}`,
      credentials.createInsecure(),
    );
    const metadata = new Metadata();
    metadata.set('request-id', randomUUID());
    metadata.set('stream-error', 'not-found');
    metadata.set('stream-error-rpcs', 'topic-subscribe');
    metadata.set('stream-error-message-limit', '3');
    const request = new pubsub._SubscriptionRequest({ cache_name: 'c', topic: 't' });
    const stream = subscriber.Subscribe(request, metadata);
    let heartbeats = 0;
    stream.on('data', (item: { has_heartbeat: boolean }) => {
      if (item.has_heartbeat) heartbeats += 1;
    });
    // So long the SDK's own tests wait.
    const timer = setTimeout(() => stream.cancel(), 3_000);
    const error = await new Promise<ServiceError>((resolve) => stream.on('error', resolve));
    clearTimeout(timer);
    assert.equal(error.code, status.NOT_FOUND);
    assert.equal(heartbeats, 3);
    subscriber.close();
  });

  it('are refused when their names are unknown', async () => {
    const headers = { 'request-id': randomUUID(), 'return-error': 'bad-hair', 'error-rpcs': 'get' };
    assert.equal(await get(headers), status.INVALID_ARGUMENT);
  });

  it('are not served where keys are asked for', async () => {
    const guarded = await startMomento({ apiKeys: ['k'], caches: ['c'] });
    const address = `127.0.0.1:${guarded.grpcPort}`;
    const other = new scs.ScsClient(address, credentials.createInsecure());
    const metadata = new Metadata();
    const headers = { 'return-error': 'unavailable', 'error-rpcs': 'get', authorization: 'k' };
    for (const [name, value] of Object.entries({ cache: 'c', 'request-id': '1', ...headers }))
      metadata.set(name, value);
    const request = new scs._GetRequest({ cache_key: Buffer.from('k') });
    await new Promise<void>((resolve, reject) => {
      other.Get(request, metadata, (error: ServiceError | null) =>
        error ? reject(error) : resolve(),
      );
    });
    other.close();
    await guarded.close();
  });
});
