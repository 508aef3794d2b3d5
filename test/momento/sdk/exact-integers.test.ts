import assert from 'node:assert/strict';
import { it } from 'node:test';
import { credentials, Metadata, type MethodDefinition } from '@grpc/grpc-js';
import grpc from '@grpc/grpc-js';
import generated from '@gomomento/generated-types';
import protobuf from 'google-protobuf';
import { startMomento } from '../../../src/server/momento.js';

const MAX = 9_223_372_036_854_775_807n;

it('increments are exact to 64 bits', async () => {
  const momento = await startMomento({ caches: ['c'] });
  const client = new grpc.Client(`127.0.0.1:${momento.grpcPort}`, credentials.createInsecure());
  const metadata = new Metadata();
  metadata.set('cache', 'c');

  /** An increment as clients of other languages send it. */
  function increment(rpc: 'Increment' | 'DictionaryIncrement', amount: bigint): Promise<string> {
    const { path } = generated.cache.cache_client.UnimplementedScsService.definition[
      rpc
    ] as unknown as MethodDefinition<unknown, unknown>;
    const shift = rpc === 'Increment' ? 0 : 1;
    const writer = new protobuf.BinaryWriter();
    writer.writeBytes(1, Buffer.from(rpc));
    if (shift === 1) writer.writeBytes(2, Buffer.from('field'));
    writer.writeInt64String(2 + shift, String(amount));
    writer.writeUint64(3 + shift, 60_000);
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        path,
        (bytes: Uint8Array) => Buffer.from(bytes),
        (bytes: Buffer) => bytes,
        writer.getResultBuffer(),
        metadata,
        (error, answer) => {
          if (error) return reject(error);
          const reader = new protobuf.BinaryReader(new Uint8Array(answer!));
          resolve(reader.nextField() ? reader.readInt64String() : '0');
        },
      );
    });
  }

  for (const rpc of ['Increment', 'DictionaryIncrement'] as const) {
    assert.equal(await increment(rpc, MAX - 2n), String(MAX - 2n));
    assert.equal(await increment(rpc, 2n), String(MAX));
    assert.equal(await increment(rpc, -MAX), '0');
    await increment(rpc, MAX);
    await assert.rejects(increment(rpc, 1n), { code: grpc.status.FAILED_PRECONDITION });
  }
  client.close();
  await momento.close();
});
