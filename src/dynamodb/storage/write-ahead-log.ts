import {
  closeSync,
  constants,
  fdatasync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  write,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import type { Write } from './memtable.js';

/** The two files take turns; each is overwritten from its start, which spares the file system work. */
const FILES = ['log-a', 'log-b'] as const;

/**
 * One record is one batch: CRC-32 of what follows (4), generation (6), number of the batch (6), length of
 * the writes (4), then each write: length of the key (2), length of the value (4), key, value.
 */
const AT = { crc: 0, generation: 4, batch: 10, length: 16, writes: 20 };
const NUMBER_BYTES = 6;
const WRITE_HEADER_BYTES = 6;
/** In the place of a value's length: the key is removed. */
const REMOVED = 0xffffffff;

/** On Linux a write to a file opened so returns when the data is on the disk: one step in place of two. */
const CAN_WRITE_THROUGH = process.platform === 'linux';

export interface LoggedBatch {
  generation: number;
  number: number;
  writes: Write[];
}

/**
 * Makes batches durable by appending them to a file, long before the database has taken them up.
 *
 * Batches belong to generations: a generation ends when its writes are handed to the database, and its
 * file is used again once the database has them on the disk. So there are two at most, and two files.
 */
export class WriteAheadLog {
  readonly #paths: readonly string[];
  readonly #files: readonly number[];
  readonly #synced: boolean;
  #generation = 0;
  #batch = 0;
  #position = 0;

  /** `synced`: a write resolves when it is on the disk, not only with the system. */
  constructor(folder: string, synced: boolean) {
    mkdirSync(folder, { recursive: true });
    const through = synced && CAN_WRITE_THROUGH ? constants.O_DSYNC : 0;
    this.#synced = synced;
    this.#paths = FILES.map((name) => join(folder, name));
    this.#files = this.#paths.map((path) =>
      openSync(path, constants.O_RDWR | constants.O_CREAT | through, 0o600),
    );
  }

  /** Bytes written since the generation began. */
  get position(): number {
    return this.#position;
  }

  get generation(): number {
    return this.#generation;
  }

  /**
   * The batches that were logged in generations after `flushed`, oldest first, up to the first one that
   * is not whole: that is the last one of a crash.
   */
  *replay(flushed: number): Generator<LoggedBatch> {
    const logs = this.#paths
      .map((path) => readFileSync(path))
      .filter((bytes) => isBatch(bytes, 0) && generationAt(bytes, 0) > flushed)
      .sort((a, b) => generationAt(a, 0) - generationAt(b, 0));
    // Without synced writes a power cut may take all of the older file, or its end, and not the newer one.
    if (logs.length > 0 && generationAt(logs[0]!, 0) !== flushed + 1) return;
    let next: number | undefined;
    for (const bytes of logs)
      for (const batch of batchesOf(bytes)) {
        if (next !== undefined && batch.number !== next) return;
        next = batch.number + 1;
        yield batch;
      }
  }

  /**
   * Resolves when all of a generation is on the disk, also where writes are not synced one by one. The
   * database may take up a part of it only then: after a power cut the log must have the rest.
   */
  sync(generation: number): Promise<void> {
    return this.#synced ? Promise.resolve() : fdatasyncFile(this.#fileOf(generation));
  }

  /**
   * Makes unreadable what {@link replay} left out behind `generation`: the next batches must not be followed
   * by it when there is another crash.
   */
  dropAfter(generation: number): void {
    for (const file of this.#files) {
      const header = Buffer.alloc(AT.writes);
      readSync(file, header, 0, header.length, 0);
      if (generationAt(header, 0) <= generation) continue;
      writeSync(file, header.fill(0), 0, header.length, 0);
      fdatasyncSync(file);
    }
  }

  /** Starts a generation; the one before the last must be in the database by now. */
  begin(generation: number): void {
    this.#generation = generation;
    this.#position = 0;
  }

  /** Logs one batch of writes. Rejects with the error of the file system: then it may be repeated. */
  async write(writes: Iterable<Write>, lengthOfWrites: number): Promise<void> {
    const bytes = Buffer.allocUnsafe(AT.writes + lengthOfWrites);
    bytes.writeUIntBE(this.#generation, AT.generation, NUMBER_BYTES);
    bytes.writeUIntBE(this.#batch, AT.batch, NUMBER_BYTES);
    bytes.writeUInt32BE(lengthOfWrites, AT.length);
    encode(writes, bytes, AT.writes);
    bytes.writeUInt32BE(crc32(bytes.subarray(AT.generation)), AT.crc);
    await this.#writeAt(this.#position, bytes);
    this.#position += bytes.length;
    this.#batch += 1;
  }

  close(): void {
    for (const file of this.#files) closeSync(file);
  }

  #fileOf(generation: number): number {
    return this.#files[generation % FILES.length]!;
  }

  #writeAt(position: number, bytes: Buffer): Promise<void> {
    const file = this.#fileOf(this.#generation);
    return new Promise((resolve, reject) => {
      const step = (from: number): void => {
        write(file, bytes, from, bytes.length - from, position + from, (error, written) => {
          if (error) reject(error);
          else if (from + written < bytes.length) step(from + written);
          else if (!this.#synced || CAN_WRITE_THROUGH) resolve();
          else fdatasyncFile(file).then(resolve, reject);
        });
      };
      step(0);
    });
  }
}

const fdatasyncFile = promisify(fdatasync);

/** Bytes that a write takes in the log. */
export const loggedLength = ({ key, value }: Write): number =>
  WRITE_HEADER_BYTES + key.length + (value?.length ?? 0);

function encode(writes: Iterable<Write>, bytes: Buffer, start: number): void {
  let at = start;
  for (const { key, value } of writes) {
    bytes.writeUInt16BE(key.length, at);
    bytes.writeUInt32BE(value ? value.length : REMOVED, at + 2);
    at += WRITE_HEADER_BYTES;
    key.copy(bytes, at);
    at += key.length;
    if (!value) continue;
    value.copy(bytes, at);
    at += value.length;
  }
}

const generationAt = (bytes: Buffer, at: number): number =>
  bytes.readUIntBE(at + AT.generation, NUMBER_BYTES);

function* batchesOf(bytes: Buffer): Generator<LoggedBatch> {
  const generation = generationAt(bytes, 0);
  // What follows the last batch is left from an earlier generation.
  for (let at = 0; isBatch(bytes, at) && generationAt(bytes, at) === generation;) {
    const end = at + AT.writes + bytes.readUInt32BE(at + AT.length);
    const number = bytes.readUIntBE(at + AT.batch, NUMBER_BYTES);
    yield { generation, number, writes: decode(bytes.subarray(at + AT.writes, end)) };
    at = end;
  }
}

function isBatch(bytes: Buffer, at: number): boolean {
  if (at + AT.writes > bytes.length) return false;
  const end = at + AT.writes + bytes.readUInt32BE(at + AT.length);
  return (
    end <= bytes.length && bytes.readUInt32BE(at) === crc32(bytes.subarray(at + AT.generation, end))
  );
}

function decode(bytes: Buffer): Write[] {
  const writes: Write[] = [];
  for (let at = 0; at < bytes.length;) {
    const keyLength = bytes.readUInt16BE(at);
    const valueLength = bytes.readUInt32BE(at + 2);
    at += WRITE_HEADER_BYTES;
    const key = bytes.subarray(at, at + keyLength);
    at += keyLength;
    if (valueLength === REMOVED) writes.push({ key, value: undefined });
    else {
      writes.push({ key, value: bytes.subarray(at, at + valueLength) });
      at += valueLength;
    }
  }
  return writes;
}
