import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CACHED, parseCached, TARGET_PARAMETERS } from '../support/article.js';
import { API_KEY, run, runFreshet, startFreshet } from '../support/freshet.js';
import { pythonWithBoto3 } from '../support/programs.js';

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), 'boto3', 'article.py');

describe("the article's set-up, step by step, with boto3", { skip: pythonWithBoto3.skip }, () => {
  it('goes from create_table to item 001 in the cache, and errors arrive as exceptions', async () => {
    const server = await startFreshet();
    try {
      assert.equal(
        (await runFreshet(['caches', 'create', 'user', '--endpoint', server.endpoint])).code,
        0,
      );
      const script = await run(pythonWithBoto3.command, [
        SCRIPT,
        server.endpoint,
        API_KEY,
        JSON.stringify(TARGET_PARAMETERS),
      ]);
      assert.equal(script.code, 0, script.stderr);
      assert.deepEqual(parseCached(script.stdout.trim()), CACHED);
    } finally {
      await server.stop();
    }
  });
});
