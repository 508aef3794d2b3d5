import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { open } from 'lmdb';
import type { Database } from './database.js';

const FILE_NAME = 'tables.lmdb';

/** At 8 KB pages a key may have 4,026 bytes: a partition key of 2,048 and a sort key of 1,024 fit. */
const PAGE_SIZE = 8192;

/** The longest key that lmdb takes at {@link PAGE_SIZE}. */
export const MAX_KEY_BYTES = 4026;

/** Values as they are. What a range gives is lent, too: a copy of each would cost more than the reading. */
const LENT_BYTES = {
  encode: (value: Buffer): Buffer => value,
  decode: (bytes: Buffer, length: number): Buffer => bytes.subarray(0, length),
};

export const lmdbFile = (folder: string): string => join(folder, FILE_NAME);

/** Opens the environment in `folder`. A commit resolves when it is on the disk. */
export function openLmdb(folder: string): Database {
  mkdirSync(folder, { recursive: true });
  const database = open<Buffer, Buffer>({
    path: lmdbFile(folder),
    noSubdir: true,
    pageSize: PAGE_SIZE,
    keyEncoding: 'binary',
    encoder: LENT_BYTES,
    overlappingSync: false,
  });
  return database;
}
