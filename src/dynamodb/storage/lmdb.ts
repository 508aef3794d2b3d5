import { closeSync, mkdtempSync, openSync, readSync, rmSync, statfsSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open } from 'lmdb';
import { DamagedFolderError } from './damage.js';
import { makeDataFolder } from './data-folder.js';
import type { Database } from './database.js';

const FILE_NAME = 'tables.lmdb';

/** With what a file of lmdb begins, in the machine's order of bytes. */
const MAGIC = 0xbeefc0de;
/** Where it is in the first two pages, and what else of them is read here (`MDB_meta` of lmdb 1.0, 64 bits). */
const META = { magic: 24, pageSize: 48, lastPage: 144, transaction: 152 };

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
  checkFile(lmdbFile(folder));
  return open<Buffer, Buffer>({ ...COMMON, path: lmdbFile(folder) });
}

/** lmdb would end the process on a file that is none of its own, or shorter than it was. */
function checkFile(path: string): void {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return;
  const beginning = Buffer.alloc(2 * PAGE_SIZE);
  const file = openSync(path, 'r');
  try {
    readSync(file, beginning, 0, beginning.length, 0);
  } finally {
    closeSync(file);
  }
  const found = [beginning.readUInt32LE(META.magic), beginning.readUInt32BE(META.magic)];
  if (!found.includes(MAGIC)) throw new DamagedFolderError(path, 'it is not a database');
  // A file from a machine of the other order of bytes is left to lmdb.
  if (found[0] !== MAGIC) return;
  const [first, second] = [readMeta(beginning), readMeta(beginning.subarray(PAGE_SIZE))];
  const { lastPage } = second.transaction > first.transaction ? second : first;
  const needed = (Number(lastPage) + 1) * beginning.readUInt32LE(META.pageSize);
  if (size < needed)
    throw new DamagedFolderError(
      path,
      `it has ${String(size)} bytes, and at least ${String(needed)} are needed`,
    );
}

/** The last page in use and the transaction that wrote it; the newer of the two metas holds. */
function readMeta(page: Buffer): { lastPage: bigint; transaction: bigint } {
  return {
    lastPage: page.readBigUInt64LE(META.lastPage),
    transaction: page.readBigUInt64LE(META.transaction),
  };
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
