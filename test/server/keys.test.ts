import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { ensureApiKey } from '../../src/server/keys.js';

describe('the API key of the caches', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freshet-test-'));
  after(() => rmSync(folder, { recursive: true }));

  it('is made once, fits an EventBridge connection, and is for its owner alone', () => {
    const first = ensureApiKey(folder, undefined);
    assert.equal(first.made, true);
    assert.match(first.value, /^[A-Za-z0-9_-]{40,100}$/);
    assert.equal(readFileSync(first.file!, 'utf8').trim(), first.value);
    assert.equal(statSync(first.file!).mode & 0o077, 0);
    const second = ensureApiKey(folder, undefined);
    assert.deepEqual(second, { ...first, made: false });
  });

  it('is the configured one when there is one', () => {
    assert.deepEqual(ensureApiKey(folder, 'my-key'), {
      value: 'my-key',
      made: false,
      file: undefined,
    });
  });

  it('is refused when no client could send it, without being repeated', () => {
    for (const configured of ['', 'a b', 'a\n', 'ä', 'x'.repeat(513)])
      assert.throws(() => ensureApiKey(folder, configured), /^StartError: FRESHET_MOMENTO_API_KEY/);
  });
});
