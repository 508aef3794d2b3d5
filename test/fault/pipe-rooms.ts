import { join } from 'node:path';
import { openDynamoDb, type DynamoDb, type RotationOptions } from '../../src/dynamodb/index.js';
import { systemClock } from '../../src/lib/clock.js';
import { loadSecretKey, openState, type State } from '../../src/state/index.js';

export const SCOPE = { region: 'us-east-1', accountId: '000000000000' };
export const TABLE = 'users';
export const PIPE = 'users';

/** The tables and the state of a server in a folder. */
export interface Rooms {
  tables: DynamoDb;
  state: State;
  close(): Promise<void>;
}

export async function openRooms(folder: string, rotation: RotationOptions): Promise<Rooms> {
  const stateTables = await openDynamoDb({ ...SCOPE, path: join(folder, 'state') });
  const tables = await openDynamoDb({ ...SCOPE, ...rotation, path: join(folder, 'tables') });
  const state = await openState({
    operations: stateTables,
    secretKey: await loadSecretKey(join(folder, 'secret.key')),
    clock: systemClock,
  });
  return {
    tables,
    state,
    close: async () => {
      await tables.close();
      await stateTables.close();
    },
  };
}
