import { createReadStream, type ReadStream } from 'node:fs';
import { appendFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A file that has grown so large is put aside; so many are kept beside it. */
const MAX_FILE_BYTES = 16 * 1024 * 1024;
const OLD_FILES = 4;

/** One event as it lies in a file: a line of JSON. */
export interface StoredEvent {
  /** Grows from event to event of one group. */
  id: number;
  logStreamName: string;
  /** Epoch milliseconds: when it happened, and when it came. */
  timestamp: number;
  ingestionTime: number;
  message: string;
}

/**
 * The events of one log group: lines of JSON in `events.jsonl`, older ones in `events.1.jsonl` to
 * `events.4.jsonl`, and what is older than that is gone. Whoever writes while a write is under way shares the next.
 */
export class EventFiles {
  readonly #folder: string;
  readonly #maxFileBytes: number;
  #size: number | undefined;
  #buffer: string[] = [];
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(folder: string, maxFileBytes = MAX_FILE_BYTES) {
    this.#folder = folder;
    this.#maxFileBytes = maxFileBytes;
  }

  /** Resolves when the events are written; what the system has taken survives the death of this process. */
  append(events: readonly StoredEvent[]): Promise<void> {
    for (const event of events) this.#buffer.push(`${JSON.stringify(event)}\n`);
    this.#next ??= settled(this.#writing).then(() => {
      this.#writing = this.#next;
      this.#next = undefined;
      return this.#write();
    });
    return this.#next;
  }

  /** The events that are kept, those with ids greater than `after`, oldest first. */
  async *read(after = 0): AsyncGenerator<StoredEvent> {
    await settled(this.#next ?? this.#writing);
    for (let age = await this.#oldestAfter(after); age >= 0; age -= 1) {
      const stream = await openForReading(this.#file(age));
      if (stream === undefined) continue;
      try {
        for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
          if (idOf(line) <= after) continue;
          const event = parseLine(line);
          if (event !== undefined) yield event;
        }
      } finally {
        stream.destroy();
      }
    }
  }

  /** The oldest file that holds what comes after an id: no younger one begins at or before it. */
  async #oldestAfter(after: number): Promise<number> {
    for (let age = 0; age < OLD_FILES; age += 1)
      if ((await firstId(this.#file(age))) <= after) return age;
    return OLD_FILES;
  }

  /** Resolves when nothing is being written. */
  close(): Promise<void> {
    return settled(this.#next ?? this.#writing);
  }

  async #write(): Promise<void> {
    const text = this.#buffer.join('');
    this.#buffer = [];
    const bytes = Buffer.byteLength(text);
    this.#size ??= await sizeOf(this.#file(0));
    if (this.#size > 0 && this.#size + bytes > this.#maxFileBytes) await this.#rotate();
    await appendFile(this.#file(0), text, { mode: 0o600 });
    this.#size += bytes;
  }

  async #rotate(): Promise<void> {
    await rm(this.#file(OLD_FILES), { force: true });
    for (let age = OLD_FILES - 1; age >= 0; age -= 1)
      if ((await sizeOf(this.#file(age))) > 0) await rename(this.#file(age), this.#file(age + 1));
    this.#size = 0;
  }

  #file(age: number): string {
    return join(this.#folder, age === 0 ? 'events.jsonl' : `events.${String(age)}.jsonl`);
  }
}

/** Waits for a write, however it ends: whoever asked for it is told. */
async function settled(write: Promise<void> | undefined): Promise<void> {
  await write?.catch(() => undefined);
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (isMissing(error)) return 0;
    throw error;
  }
}

async function openForReading(file: string): Promise<ReadStream | undefined> {
  const stream = createReadStream(file, 'utf8');
  try {
    await new Promise((resolve, reject) => stream.once('open', resolve).once('error', reject));
    return stream;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Infinity when there is no such file, or nothing in it. */
async function firstId(file: string): Promise<number> {
  const stream = await openForReading(file);
  if (stream === undefined) return Infinity;
  try {
    for await (const line of createInterface({ input: stream })) return idOf(line);
    return Infinity;
  } finally {
    stream.destroy();
  }
}

/** Without parsing the line: lines begin with their id. */
function idOf(line: string): number {
  const id = /^\{"id":(\d+)/.exec(line)?.[1];
  return id === undefined ? Infinity : Number(id);
}

/** Undefined for the line that a process was writing when it died. */
function parseLine(line: string): StoredEvent | undefined {
  try {
    return JSON.parse(line) as StoredEvent;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';
