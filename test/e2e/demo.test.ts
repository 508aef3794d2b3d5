import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { run } from '../support/freshet.js';

/** Enough places that the kill comes in the middle of reading, sending and writing. */
const COUNT = '6000';

describe('npm run demo', () => {
  for (const extra of [[], ['--kill']]) {
    it(`ends with no difference ${extra.join(' ')}`, async () => {
      const { code, stdout, stderr } = await run('npm', [
        'run',
        '--silent',
        'demo',
        '--',
        '--count',
        COUNT,
        ...extra,
      ]);
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /differences\s+0\n/);
      assert.match(stdout, /田中一郎/);
    });
  }
});
