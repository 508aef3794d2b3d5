import type { TestContext } from 'node:test';
import type { Database } from '../../../src/dynamodb/storage/database.js';
import { openLmdb } from '../../../src/dynamodb/storage/lmdb.js';
import { Store } from '../../../src/dynamodb/storage/store.js';
import { WriteAheadLog } from '../../../src/dynamodb/storage/write-ahead-log.js';
import { silentLog } from '../../../src/lib/log.js';

export const bytes = (text: string): Buffer => Buffer.from(text);
export const text = (found: Buffer | undefined): string | undefined =>
  found?.toString('utf8', 0, found.length);

/** A store over `folder`, recovered, closed after the test. `over` may stand in for the database. */
export async function openStore(
  t: Pick<TestContext, 'after'>,
  folder: string,
  over: (database: Database) => Database = (database) => database,
  log = new WriteAheadLog(folder, true),
): Promise<Store> {
  const store = new Store(over(openLmdb(folder)), log, silentLog);
  t.after(() => store.close());
  await store.recover();
  return store;
}

/** A database that does something else in the place of some of its methods. */
export function instead(database: Database, methods: Partial<Database>): Database {
  return new Proxy(database, {
    get(target, name) {
      const member: unknown = Reflect.get(name in methods ? methods : target, name);
      return typeof member === 'function' ? (member.bind(target) as unknown) : member;
    },
  });
}

/** The entries of a range, as `key=value`. */
export const rangeText = (store: Store, from: string, to: string, options: object = {}): string =>
  [...store.entries({ start: bytes(from), end: bytes(to), ...options })]
    .map(({ key, value }) => `${key.toString()}=${value.toString()}`)
    .join(' ');
