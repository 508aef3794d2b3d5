import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import generated from '@gomomento/generated-types';
import { plainGet, plainSet } from '../../src/momento/grpc/plain-messages.js';

const { _GetRequest, _GetResponse, _SetRequest, _SetResponse, ECacheResult } =
  generated.cache.cache_client;

interface Codec {
  requestDeserialize: (bytes: Buffer) => Record<string, unknown>;
  responseSerialize: (answer: unknown) => Buffer;
}
const [get, set] = [plainGet({}), plainSet({})] as unknown as [Codec, Codec];

describe('the messages of Get and Set, read and written without the published classes', () => {
  for (const length of [0, 1, 127, 128, 16_383, 16_384, 3_000_000])
    it(`mean the same to those, with values of ${length} bytes`, () => {
      const value = Buffer.alloc(length, 'ö');
      const cache_key = Buffer.from('日本');
      for (const ttl_milliseconds of [0, 1, 60_000, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
        const bytes = new _SetRequest({ cache_key, cache_body: value, ttl_milliseconds });
        assert.deepEqual(set.requestDeserialize(Buffer.from(bytes.serializeBinary())), {
          cache_key,
          cache_body: value,
          ttl_milliseconds,
        });
      }
      const found = _GetResponse.deserializeBinary(get.responseSerialize({ value }));
      assert.equal(found.result, ECacheResult.Hit);
      assert.ok(value.equals(found.cache_body));
    });

  it('a miss and a success', () => {
    const missed = _GetResponse.deserializeBinary(get.responseSerialize({ value: undefined }));
    assert.equal(missed.result, ECacheResult.Miss);
    const stored = _SetResponse.deserializeBinary(set.responseSerialize(undefined));
    assert.equal(stored.result, ECacheResult.Ok);
  });

  it('fields that are not known are passed over, and the last of one wins', () => {
    const bytes = Buffer.concat([
      Buffer.from([0x20, 0x96, 0x01]), // 4, a number
      Buffer.from([0x29, 1, 2, 3, 4, 5, 6, 7, 8]), // 5, 64 bits
      Buffer.from([0x32, 2, 9, 9]), // 6, bytes
      Buffer.from([0x3d, 1, 2, 3, 4]), // 7, 32 bits
      new _GetRequest({ cache_key: Buffer.from('first') }).serializeBinary(),
      new _GetRequest({ cache_key: Buffer.from('last') }).serializeBinary(),
    ]);
    assert.equal(String(get.requestDeserialize(bytes)['cache_key']), 'last');
  });

  const broken: [string, number[], RegExp][] = [
    ['bytes that are not there', [0x0a, 5, 1], /ends too early/],
    ['a number that does not end', [0x18, 0x80], /ends too early/],
    ['a number of more than 64 bits', [0x18, ...Array<number>(11).fill(0x80)], /64 bits/],
    ['a field cut off', [0x29, 1], /ends too early/],
    ['a group', [0x23], /unknown type 3/],
  ];
  for (const [what, bytes, expected] of broken)
    it(`refuses ${what}`, () => {
      assert.throws(() => get.requestDeserialize(Buffer.from(bytes)), expected);
    });
});
