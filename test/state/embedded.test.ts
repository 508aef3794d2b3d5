import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDynamoDb } from '../../src/dynamodb/index.js';
import { runStateSuite } from '../conformance/state-suite.js';

runStateSuite('the embedded tables', async () => {
  const path = await mkdtemp(join(tmpdir(), 'freshet-state-'));
  const operations = await openDynamoDb({
    path,
    region: 'us-east-1',
    accountId: '000000000000',
    durability: 'relaxed',
  });
  return {
    operations,
    close: async () => {
      await operations.close();
      await rm(path, { recursive: true, force: true });
    },
  };
});
