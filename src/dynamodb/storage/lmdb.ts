import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { makeDataFolder } from './data-folder.js';
import type { Database } from './database.js';
import { DamagedFolderError } from './damage.js';
import { checkLmdbFile } from './lmdb-file.js';

const FILE_NAME = 'tables.lmdb';

const SHARED_MEMORY = '/dev/shm';
/** Containers often have 64 MiB there (Docker's default): too little for tables. */
const MIN_SHARED_MEMORY_BYTES = 2 ** 30;

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

const COMMON = {
  noSubdir: true,
  pageSize: PAGE_SIZE,
  keyEncoding: 'binary',
  encoder: LENT_BYTES,
  overlappingSync: false,
} as const;

/**
 * Opens the environment in `folder`. A commit resolves when it is on the disk. Throws DataFolderError when there
 * can be no such folder, DamagedFolderError when its file is something else, or a part of it is missing.
 */
export function openLmdb(folder: string): Database {
  makeDataFolder(folder);
  checkLmdbFile(lmdbFile(folder), PAGE_SIZE);
  return open<Buffer, Buffer>({ ...COMMON, path: lmdbFile(folder) });
}

/** lmdb's codes for a file in which something does not hold together: from MDB_PAGE_NOTFOUND to MDB_INVALID, MDB_BAD_TXN. */
const DAMAGE_CODES = [-30797, -30796, -30795, -30794, -30793, -30782];

/** DamagedFolderError for what lmdb throws on a damaged file of the folder; any other error as it is. */
export function damageIn(folder: string, error: unknown): unknown {
  const { code, message } = error as { code?: unknown; message: string };
  return DAMAGE_CODES.includes(code as number)
    ? new DamagedFolderError(lmdbFile(folder), message)
    : error;
}

/**
 * Opens an environment in memory. Its files have no names any more once this returns, so that nothing is left
 * of it whatever ends the process; on Windows, which cannot do that, they go when it is closed.
 */
export function openLmdbInMemory(): Database {
  const folder = mkdtempSync(join(memoryFolder(), `freshet-${String(process.pid)}-`));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const database = open<Buffer, Buffer>({ ...COMMON, path: lmdbFile(folder), noSync: true });
    if (process.platform !== 'win32') return database;
    const close = database.close.bind(database);
    return Object.assign(database, { close: () => close().then(remove) });
  } finally {
    if (process.platform !== 'win32') remove();
  }
}

/** Linux's file system in memory, where it has room. */
function memoryFolder(): string {
  try {
    const { bavail, bsize } = statfsSync(SHARED_MEMORY);
    return bavail * bsize >= MIN_SHARED_MEMORY_BYTES ? SHARED_MEMORY : tmpdir();
  } catch {
    return tmpdir(); // not on this system
  }
}
