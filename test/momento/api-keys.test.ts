import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiKeys, ensureApiKey } from '../../src/momento/index.js';
import type { Secrets, Settings } from '../../src/state/index.js';

function memorySettings(): Settings & { values: Map<string, string> } {
  const values = new Map<string, string>();
  return {
    values,
    get: async (name) => values.get(name),
    set: async (name, value) => void values.set(name, value),
  };
}

/** Not a cipher: only tells what was sealed from what was not. */
const secrets: Secrets = {
  seal: (plainText) => ({ sealed: `sealed:${Buffer.from(plainText).toString('hex')}` }),
  open: ({ sealed }) => Buffer.from(sealed.slice('sealed:'.length), 'hex').toString(),
};

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

describe('ensureApiKey', () => {
  it('makes a key that fits an EventBridge connection, once, and keeps it sealed', async () => {
    const settings = memorySettings();
    const first = await ensureApiKey({ settings, secrets });
    assert.equal(first.created, true);
    assert.match(first.key, /^[A-Za-z0-9_-]{40,100}$/);
    for (const value of settings.values.values()) assert.ok(!value.includes(first.key));
    const second = await ensureApiKey({ settings, secrets });
    assert.deepEqual(second, { key: first.key, created: false });
  });

  it('makes each time another one', async () => {
    const one = await ensureApiKey({ settings: memorySettings(), secrets });
    const two = await ensureApiKey({ settings: memorySettings(), secrets });
    assert.notEqual(one.key, two.key);
  });

  it('takes the configured key and keeps nothing', async () => {
    const settings = memorySettings();
    const given = await ensureApiKey({ configured: 'my-key', settings, secrets });
    assert.deepEqual(given, { key: 'my-key', created: false });
    assert.equal(settings.values.size, 0);
  });

  it('refuses a configured key that no client could send, without repeating it', async () => {
    for (const configured of ['', 'a b', 'a\n', 'ä', 'x'.repeat(513)])
      await assert.rejects(
        ensureApiKey({ configured, settings: memorySettings(), secrets }),
        /FRESHET_MOMENTO_API_KEY/,
      );
  });
});
