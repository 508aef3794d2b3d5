import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiKeys } from '../../src/momento/index.js';

describe('API keys', () => {
  it('lets nothing in when there are no keys', () => {
    const keys = new ApiKeys([]);
    for (const credential of ['', 'x', 'Bearer x'])
      assert.equal(keys.verify(credential, 'read'), 'unauthenticated');
  });

  it('does not take an empty key for a key', () => {
    assert.equal(new ApiKeys(['']).verify('', 'read'), 'unauthenticated');
  });

  it('accepts keys that are configured in their wrapped form', () => {
    const wrapped = Buffer.from('{"endpoint":"e","api_key":"inner"}').toString('base64');
    const keys = new ApiKeys([wrapped]);
    assert.equal(keys.verify('inner', 'write'), 'ok');
    assert.equal(keys.verify(wrapped, 'write'), 'ok');
  });

  it('accepts keys of any characters', () => {
    const keys = new ApiKeys(['a key:with äöü 日本']);
    assert.equal(keys.verify('a key:with äöü 日本', 'read'), 'ok');
  });
});
