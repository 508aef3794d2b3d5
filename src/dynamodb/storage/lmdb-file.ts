import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { DamagedFolderError } from './damage.js';

/** With what a file of lmdb begins, in the machine's order of bytes. */
const MAGIC = 0xbeefc0de;

/** The places of things in lmdb 1.0's first two pages, on a machine of 64 bits (`MDB_meta` in its sources, `mdb.c`). */
const META = {
  magic: 24,
  pageSize: 48,
  freeDepth: 54,
  freeRoot: 88,
  lastPage: 144,
  transaction: 152,
};
/** In the pages of its trees (`MDB_page_header`); the places of the nodes follow, counted from there. */
const PAGE = { flags: 18, nodes: 20, header: 24 };
/** Of lmdb. */
const MIN_PAGE_SIZE = 256;
const MAX_PAGE_SIZE = 65_536;
const BRANCH = 1;
const LEAF = 2;
/** In a node (`MDB_node`): `low` has 48 bits of a branch's child, or 32 bits of the length of a leaf's data. */
const NODE = { low: 0, flags: 4, keyLength: 6, key: 8 };
/** Flag of a node whose data is in pages of its own; in its place is the first one's number (`MDB_ovpage`). */
const IN_PAGES = 1;

/**
 * Refuses a file that lmdb would end the process on: none of its own, or with pages in use behind its end. lmdb
 * does not write pages that were taken and given back in one transaction, so that a sound file, too, may end
 * before the last page that is counted; its list of free pages has them then.
 *
 * `pageSize`: that of the files that are made. Throws DamagedFolderError.
 */
export function checkLmdbFile(path: string, pageSize: number): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() === false) throw new DamagedFolderError(path, 'it is not a file');
  if (stat === undefined || stat.size === 0) return;
  const file = openSync(path, 'r');
  try {
    const metas = Buffer.alloc(2 * pageSize);
    const read = readSync(file, metas, 0, metas.length, 0);
    const found = [metas.readUInt32LE(META.magic), metas.readUInt32BE(META.magic)];
    if (!found.includes(MAGIC)) throw new DamagedFolderError(path, 'it is not a database');
    // A file from a machine of the other order of bytes is left to lmdb.
    if (found[0] !== MAGIC) return;
    if (read < metas.length) throw tooShort(path, read, metas.length);
    new LmdbFile(file, path, metas).check();
  } finally {
    closeSync(file);
  }
}

const tooShort = (path: string, has: number, needed: number): Error =>
  new DamagedFolderError(path, `it has ${String(has)} bytes, and ${String(needed)} are needed`);

class LmdbFile {
  readonly #file: number;
  readonly #path: string;
  readonly #size: number;
  readonly #pageSize: number;
  /** The newer of the two metas: it holds. */
  readonly #meta: Buffer;

  constructor(file: number, path: string, metas: Buffer) {
    this.#file = file;
    this.#path = path;
    this.#size = fstatSync(file).size;
    this.#pageSize = metas.readUInt32LE(META.pageSize);
    if (this.#pageSize < MIN_PAGE_SIZE || this.#pageSize > MAX_PAGE_SIZE)
      throw new DamagedFolderError(path, 'it is not a database');
    const second = metas.subarray(metas.length / 2);
    const transaction = (meta: Buffer): bigint => meta.readBigUInt64LE(META.transaction);
    this.#meta = transaction(second) > transaction(metas) ? second : metas;
  }

  check(): void {
    const pages = Number(this.#meta.readBigUInt64LE(META.lastPage)) + 1;
    const present = Math.floor(this.#size / this.#pageSize);
    if (present >= pages) return;
    const free = new Set<number>();
    for (const [first, count] of this.#freePages())
      for (let page = Math.max(first, present); page < Math.min(first + count, pages); page += 1)
        free.add(page);
    if (free.size < pages - present) this.#refuse(pages * this.#pageSize);
  }

  #refuse(needed: number): never {
    throw tooShort(this.#path, this.#size, needed);
  }

  /** The runs of pages that are not in use: the first one's number, and how many they are. */
  *#freePages(): Generator<[first: number, count: number]> {
    const depth = this.#meta.readUInt16LE(META.freeDepth);
    if (depth > 0) yield* this.#freeBelow(Number(this.#meta.readBigUInt64LE(META.freeRoot)), depth);
  }

  *#freeBelow(number: number, depth: number): Generator<[first: number, count: number]> {
    const page = this.#read(number * this.#pageSize, this.#pageSize);
    const kind = page.readUInt16LE(PAGE.flags) & (BRANCH | LEAF);
    if (kind !== (depth === 1 ? LEAF : BRANCH))
      throw new DamagedFolderError(this.#path, 'its list of free pages is broken');
    const nodes = page.readUInt16LE(PAGE.nodes) / 2;
    for (let at = 0; at < nodes; at += 1) {
      const node = page.subarray(PAGE.header + page.readUInt16LE(PAGE.header + 2 * at));
      if (kind === BRANCH) yield* this.#freeBelow(node.readUIntLE(NODE.low, 6), depth - 1);
      else yield* runsIn(this.#dataOf(node));
    }
  }

  #dataOf(node: Buffer): Buffer {
    const length = node.readUInt32LE(NODE.low);
    const start = NODE.key + node.readUInt16LE(NODE.keyLength);
    if ((node.readUInt16LE(NODE.flags) & IN_PAGES) === 0)
      return node.subarray(start, start + length);
    const first = Number(node.readBigUInt64LE(start));
    return this.#read(first * this.#pageSize + PAGE.header, length);
  }

  #read(start: number, length: number): Buffer {
    if (start + length > this.#size) this.#refuse(start + length);
    const bytes = Buffer.alloc(length);
    readSync(this.#file, bytes, 0, length, start);
    return bytes;
  }
}

/**
 * A record of the list: how many numbers follow, then for each page its number; a negative number says how many
 * pages there are from the next number on, and 0 nothing.
 */
function* runsIn(record: Buffer): Generator<[first: number, count: number]> {
  const numbers = Number(record.readBigInt64LE(0));
  for (let at = 1; at <= numbers; at += 1) {
    const number = Number(record.readBigInt64LE(8 * at));
    if (number > 0) yield [number, 1];
    else if (number < 0 && at < numbers) {
      at += 1;
      yield [Number(record.readBigInt64LE(8 * at)), -number];
    }
  }
}
