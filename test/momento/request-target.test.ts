import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeBytes, decodeText, parseTarget } from '../../src/momento/http/request-target.js';
import { parseTtlSeconds } from '../../src/momento/http/ttl-seconds.js';
import { cases } from '../support/property.js';

function vectors<T>(name: string): T[] {
  const file = new URL(`../vectors/momento/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as T[];
}

describe('ttl_seconds', () => {
  for (const { query, ttlMs, message } of vectors<{
    query: string;
    ttlMs?: number;
    message?: string;
  }>('ttl-seconds'))
    it(`${query === '' ? 'no query' : query}: ${ttlMs ?? message}`, () => {
      const read = (): number => {
        const text = parseTarget(`/cache/c?${query}`).query.get('ttl_seconds');
        return parseTtlSeconds(text && decodeText(text, 'ttl_seconds', true));
      };
      if (message === undefined) assert.equal(read(), ttlMs);
      else assert.throws(read, { status: 400, message: new RegExp(message) });
    });
});

describe('request target', () => {
  it('takes path and query apart without changing them', () => {
    const { area, cacheName, rest } = parseTarget('/cache/my%20cache/../a%2F.?key=%2e%2e#x');
    assert.deepEqual([area, cacheName, rest], ['cache', 'my cache', '../a%2F.']);
  });

  it('accepts the absolute form that proxies send', () => {
    const { area, cacheName, query } = parseTarget('http://example.com:80/cache/c?key=a');
    assert.deepEqual([area, cacheName, query.get('key')], ['cache', 'c', 'a']);
  });

  it('decodes whatever encodeURIComponent and URLSearchParams encode', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        assert.equal(decodeBytes(encodeURIComponent(text), 'text').toString(), text);
        const form = new URLSearchParams({ key: text }).toString();
        assert.equal(decodeText(parseTarget(`/?${form}`).query.get('key')!, 'key', true), text);
      }),
      cases(100),
    );
  });

  it('decodes any bytes, however they are written, or refuses them', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.string(), (bytes, junk) => {
        const escaped = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
        assert.deepEqual([...decodeBytes(escaped, 'key')], [...bytes]);
        try {
          parseTarget(junk);
        } catch (error) {
          assert.equal((error as { status: number }).status, 400);
        }
      }),
      cases(100),
    );
  });
});
