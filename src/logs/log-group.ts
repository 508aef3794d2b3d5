import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EventFiles, type StoredEvent } from './event-files.js';

/** An event that is to be written. */
export interface NewLogEvent {
  logStreamName: string;
  /** Epoch milliseconds. */
  timestamp: number;
  message: string;
}

interface GroupFacts {
  logGroupName: string;
  creationTime: number;
}

/** One log stream: its name and when it was made (epoch milliseconds). */
export interface LogStreamFacts {
  logStreamName: string;
  creationTime: number;
}

/** One log group in a folder of its own: `group.json`, `streams.jsonl` and the files of its events. */
export class LogGroup {
  readonly facts: GroupFacts;
  readonly #folder: string;
  readonly #events: EventFiles;
  readonly #streams: Map<string, LogStreamFacts>;
  #lastId = 0;

  private constructor(folder: string, facts: GroupFacts, streams: LogStreamFacts[]) {
    this.facts = facts;
    this.#folder = folder;
    this.#events = new EventFiles(folder);
    this.#streams = new Map(streams.map((stream) => [stream.logStreamName, stream]));
  }

  static make(folder: string, facts: GroupFacts): LogGroup {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'streams.jsonl'), '', { mode: 0o600 });
    // Last: a folder without it is none.
    writeFileSync(join(folder, 'group.json'), JSON.stringify(facts), { mode: 0o600 });
    return new LogGroup(folder, facts, []);
  }

  /** Undefined when the folder holds no group. */
  static open(folder: string): LogGroup | undefined {
    try {
      const facts = JSON.parse(readFileSync(join(folder, 'group.json'), 'utf8')) as GroupFacts;
      const streams = readFileSync(join(folder, 'streams.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line.endsWith('}'))
        .map((line) => JSON.parse(line) as LogStreamFacts);
      return new LogGroup(folder, facts, streams);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** By name. */
  get streams(): LogStreamFacts[] {
    return [...this.#streams.values()].sort((a, b) => (a.logStreamName < b.logStreamName ? -1 : 1));
  }

  hasStream(name: string): boolean {
    return this.#streams.has(name);
  }

  makeStream(logStreamName: string, creationTime: number): void {
    const stream = { logStreamName, creationTime };
    appendFileSync(join(this.#folder, 'streams.jsonl'), `${JSON.stringify(stream)}\n`);
    this.#streams.set(logStreamName, stream);
  }

  /** Writes events; their streams are made when they are not there. `now`: epoch milliseconds. */
  put(events: readonly NewLogEvent[], now: number): Promise<void> {
    const stored = events.map(({ logStreamName, timestamp, message }) => {
      if (!this.#streams.has(logStreamName)) this.makeStream(logStreamName, now);
      return { id: this.#nextId(now), logStreamName, timestamp, ingestionTime: now, message };
    });
    return this.#events.append(stored);
  }

  /** The events that are kept, those with ids greater than `after`, in the order in which they came. */
  read(after?: number): AsyncGenerator<StoredEvent> {
    return this.#events.read(after);
  }

  async delete(): Promise<void> {
    await this.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  close(): Promise<void> {
    return this.#events.close();
  }

  /** Ids go on growing after a restart: they begin with the time. */
  #nextId(now: number): number {
    this.#lastId = Math.max(this.#lastId + 1, now * 1000);
    return this.#lastId;
  }
}
