import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startDynamoDb } from '../../../src/server/dynamodb.js';
import { run } from '../../support/freshet.js';
import { pythonWithBoto3 } from '../../support/programs.js';

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), '..', 'boto3', 'tables.py');

describe('boto3', { skip: pythonWithBoto3.skip }, () => {
  it('batches, queries, pages, updates, transacts, reads the stream and waits', async () => {
    const server = await startDynamoDb();
    try {
      const script = await run(pythonWithBoto3.command, [SCRIPT, server.endpoint]);
      assert.equal(script.code, 0, script.stderr);
      assert.equal(script.stdout.trim(), 'done');
    } finally {
      await server.close();
    }
  });
});
