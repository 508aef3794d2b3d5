/**
 * The little of lmdb that the store uses; a test may put something else in its place.
 * Keys and values are bytes; the order is that of the keys' bytes.
 */
export interface Database {
  /** The bytes are valid only until the next read. */
  getBinaryFast(key: Buffer): Buffer | undefined;
  /** The bytes of a value are valid only until the next step or read; those of a key may be kept. */
  getRange(options: {
    start: Buffer;
    end: Buffer;
    reverse: boolean;
    exclusiveStart: boolean;
    inclusiveEnd: boolean;
    limit?: number;
  }): Iterable<{ key: Buffer; value: Buffer }>;
  getKeys(options: { start: Buffer; end: Buffer; limit: number }): Iterable<Buffer>;
  put(key: Buffer, value: Buffer): Promise<boolean>;
  remove(key: Buffer): Promise<boolean>;
  /** Runs `writes` and commits all puts and removes made in it as one transaction. */
  batch(writes: () => void): Promise<boolean>;
  transactionSync<T>(action: () => T): T;
  putSync(key: Buffer, value: Buffer): void;
  removeSync(key: Buffer): boolean;
  close(): Promise<void>;
}
