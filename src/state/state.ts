import type { BackfillResource } from './backfill.js';
import type {
  ApiDestinationResource,
  CacheResource,
  Checkpoint,
  ConnectionResource,
  DeadLetter,
  MessageReceipt,
  PipeResource,
  QueueMessage,
  QueueResource,
  Sealed,
} from './resources.js';

/** All that Freshet keeps besides the users' tables. Every method reads or writes the state table. */
export interface State {
  readonly connections: Collection<ConnectionResource>;
  readonly apiDestinations: Collection<ApiDestinationResource>;
  readonly pipes: Collection<PipeResource>;
  /** By the name of the pipe. */
  readonly backfills: Collection<BackfillResource>;
  readonly caches: Collection<CacheResource>;
  readonly queues: Collection<QueueResource>;
  readonly queueMessages: QueueMessages;
  readonly checkpoints: Checkpoints;
  readonly deadLetters: DeadLetters;
  /** Single settings of the server, e.g. keys it made for itself. */
  readonly settings: Settings;
  readonly secrets: Secrets;
}

export type CollectionName =
  'connections' | 'apiDestinations' | 'pipes' | 'backfills' | 'caches' | 'queues';

/** Resources of one kind by name. What a method returns is the caller's own copy. */
export interface Collection<T extends { name: string }> {
  get(name: string): Promise<T | undefined>;
  /** Stores a new resource; false when the name is taken. */
  create(resource: T): Promise<boolean>;
  /**
   * Reads, changes and writes one resource, again from the start when another writer was quicker. `change`
   * returns undefined to leave it as it is. Resolves to what is stored then, undefined when there is none.
   */
  update(name: string, change: (resource: T) => T | undefined): Promise<T | undefined>;
  /** Removes it; false when there was none. */
  delete(name: string): Promise<boolean>;
  /** By name, ascending, in pages: names starting with `prefix`, after `after`, at most `limit`. */
  list(options?: { prefix?: string; after?: string; limit?: number }): Promise<T[]>;
  /** Calls `listener`, which must not throw, with the name after each change made by this process. Returns what ends it. */
  onChange(listener: (name: string) => void): () => void;
}

/** Positions of pipes in shards; `owner` is the pipe's id. */
export interface Checkpoints {
  /** All of an owner, by shard. */
  list(owner: string): Promise<Map<string, Checkpoint>>;
  /** Saves; false when the stored lease counter is higher than the given one. */
  save(owner: string, shardId: string, checkpoint: Checkpoint): Promise<boolean>;
  /** Deletes one if there is one; false when its lease counter is higher than the given one. */
  delete(owner: string, shardId: string, leaseCounter: number): Promise<boolean>;
  deleteAll(owner: string): Promise<void>;
}

export interface DeadLetters {
  /** Keeps a letter whole, however large it is. Adding it again changes nothing. */
  add(letter: DeadLetter): Promise<void>;
  get(pipeName: string, id: string): Promise<DeadLetter | undefined>;
  /** Oldest first, behind `after`, at most `limit` (default 100). */
  list(pipeName: string, options?: { after?: string; limit?: number }): Promise<DeadLetter[]>;
  delete(pipeName: string, id: string): Promise<void>;
}

/** Messages by the id of their queue. */
export interface QueueMessages {
  /** Keeps a message whole, however large it is. */
  add(queueId: string, message: QueueMessage): Promise<void>;
  get(queueId: string, id: string): Promise<QueueMessage | undefined>;
  /** In the order of their ids. */
  list(
    queueId: string,
  ): AsyncIterable<{ message: QueueMessage; receipt: MessageReceipt | undefined }>;
  /** Keeps what became of a message, in the place of what was kept before. */
  receive(queueId: string, id: string, receipt: MessageReceipt): Promise<void>;
  delete(queueId: string, id: string): Promise<void>;
}

export interface Settings {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
}

/** Encrypts what must not be read from the disk (AES-256-GCM, key in a file of its own). */
export interface Secrets {
  seal(plainText: string): Sealed;
  /** Throws when the text was sealed with another key or was changed. */
  open(sealed: Sealed): string;
}
