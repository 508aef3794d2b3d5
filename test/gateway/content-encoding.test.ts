import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { choosePacking } from '../../src/gateway/content-encoding.js';
import vectors from '../vectors/gateway/accept-encoding.json' with { type: 'json' };

describe('the encoding of an answer', () => {
  it('is chosen from Accept-Encoding as the service does', () => {
    for (const [header, encoding] of vectors.chosen)
      assert.equal(choosePacking(header!), encoding ?? undefined, header!);
  });
});
