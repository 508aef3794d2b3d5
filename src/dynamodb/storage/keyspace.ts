/**
 * Which keys the database holds. The first byte says what an entry is; numbers are big-endian, so the
 * order of the bytes is the order of the numbers.
 *
 * | first byte | then | value |
 * |---|---|---|
 * | META | a name | see {@link META} |
 * | TABLE | table id (4) | the table's definition, JSON |
 * | COUNTERS | table id (4) | items and bytes of the table and its indexes, see `Table.counts` |
 * | STREAM | stream id (4) | the stream's definition, JSON |
 * | PURGE | a prefix | nothing: all entries with this prefix are to be removed |
 * | TOKEN | window (4), a ClientRequestToken | what it was used for, JSON |
 * | BACKUP | backup id (4) | the backup's definition, JSON |
 * | ITEM | table id (4), hash (4), partition key, sort key | stored item |
 * | INDEX | table id (4), index id (2), hash (4), index keys, table keys | stored item, projected |
 * | EXPIRY | table id (4), seconds (6), hash (4), partition key, sort key | nothing |
 * | BACKUP_ITEM | backup id (4), hash (4), partition key, sort key | stored item |
 * | RECORD | stream id (4), shard (2), sequence number (8) | stored stream record |
 *
 * Ids are never used twice. The hash scatters partitions as the service does: a Scan follows it, a
 * segment of a parallel Scan is a range of it.
 */
const Kind = {
  META: 0x00,
  TABLE: 0x01,
  COUNTERS: 0x02,
  STREAM: 0x03,
  PURGE: 0x04,
  TOKEN: 0x05,
  BACKUP: 0x06,
  ITEM: 0x10,
  INDEX: 0x11,
  EXPIRY: 0x12,
  BACKUP_ITEM: 0x13,
  RECORD: 0x20,
} as const;

const TABLE_ID_BYTES = 4;
const HASH_BYTES = 4;
const INDEX_ID_BYTES = 2;
const SECONDS_BYTES = 6;
const SHARD_BYTES = 2;

/** Single entries. */
export const META = {
  /** Version of this layout. */
  format: metaKey('format'),
  /** Which process has the folder open, JSON. */
  owner: metaKey('owner'),
  /** Last used ids and sequence number, JSON. */
  counters: metaKey('counters'),
  /** The last generation of the write-ahead log that the database holds whole, decimal. */
  flushed: metaKey('flushed'),
} as const;

function metaKey(name: string): Buffer {
  return Buffer.concat([Buffer.of(Kind.META), Buffer.from(name, 'ascii')]);
}

function idKey(kind: number, id: number): Buffer {
  const key = Buffer.allocUnsafeSlow(1 + TABLE_ID_BYTES);
  key[0] = kind;
  key.writeUInt32BE(id, 1);
  return key;
}

/** The id in a key of a table, stream or backup, or of something that belongs to one. */
export const idIn = (key: Buffer): number => key.readUInt32BE(1);

export const tableKey = (tableId: number): Buffer => idKey(Kind.TABLE, tableId);
export const countersKey = (tableId: number): Buffer => idKey(Kind.COUNTERS, tableId);
export const streamKey = (streamId: number): Buffer => idKey(Kind.STREAM, streamId);
export const purgeKey = (prefix: Buffer): Buffer => Buffer.concat([Buffer.of(Kind.PURGE), prefix]);
/** The prefix that a key made with {@link purgeKey} names. */
export const purgedPrefix = (key: Buffer): Buffer => key.subarray(1);

/** All keys of one kind. */
export const allTables = (): [Buffer, Buffer] => [Buffer.of(Kind.TABLE), Buffer.of(Kind.TABLE + 1)];
export const allStreams = (): [Buffer, Buffer] => [
  Buffer.of(Kind.STREAM),
  Buffer.of(Kind.STREAM + 1),
];
export const allPurges = (): [Buffer, Buffer] => [Buffer.of(Kind.PURGE), Buffer.of(Kind.PURGE + 1)];

/** Documented: a ClientRequestToken is remembered for ten minutes. Tokens of one window go together. */
export const TOKEN_WINDOW_MS = 10 * 60 * 1000;

export const tokenWindow = (now: number): number => Math.floor(now / TOKEN_WINDOW_MS);

export function tokenKey(window: number, token: string): Buffer {
  return Buffer.concat([idKey(Kind.TOKEN, window), Buffer.from(token)]);
}

/** All tokens of windows before this one. */
export const tokensBefore = (window: number): [Buffer, Buffer] => [
  Buffer.of(Kind.TOKEN),
  idKey(Kind.TOKEN, window),
];

export const backupKey = (backupId: number): Buffer => idKey(Kind.BACKUP, backupId);
export const allBackups = (): [Buffer, Buffer] => [
  Buffer.of(Kind.BACKUP),
  Buffer.of(Kind.BACKUP + 1),
];
export const backupPrefix = (backupId: number): Buffer => idKey(Kind.BACKUP_ITEM, backupId);

/** Where the copy of an item lies. */
export const backupItemKey = (backupId: number, itemKey: Buffer): Buffer =>
  Buffer.concat([backupPrefix(backupId), itemKeyTail(itemKey)]);

/** Where a copy belongs in the table that is restored from it. */
export const itemKeyOfBackup = (tableId: number, key: Buffer): Buffer =>
  Buffer.concat([itemPrefix(tableId), key.subarray(1 + TABLE_ID_BYTES)]);

export const itemPrefix = (tableId: number): Buffer => idKey(Kind.ITEM, tableId);
export const allIndexesPrefix = (tableId: number): Buffer => idKey(Kind.INDEX, tableId);
export const expiryPrefix = (tableId: number): Buffer => idKey(Kind.EXPIRY, tableId);

export function indexPrefix(tableId: number, indexId: number): Buffer {
  const key = Buffer.allocUnsafeSlow(1 + TABLE_ID_BYTES + INDEX_ID_BYTES);
  key[0] = Kind.INDEX;
  key.writeUInt32BE(tableId, 1);
  key.writeUInt16BE(indexId, 1 + TABLE_ID_BYTES);
  return key;
}

/**
 * A key made of a prefix, the hash of the partition key and encoded key values. The item key, the
 * index key and the expiry key all end like this.
 */
export function hashedKey(prefix: Buffer, hash: number, parts: readonly Buffer[]): Buffer {
  let length = prefix.length + HASH_BYTES;
  for (const part of parts) length += part.length;
  const key = Buffer.allocUnsafe(length);
  prefix.copy(key, 0);
  key.writeUInt32BE(hash, prefix.length);
  let at = prefix.length + HASH_BYTES;
  for (const part of parts) {
    part.copy(key, at);
    at += part.length;
  }
  return key;
}

/** What follows the table's prefix in an item key: hash and key values. */
const itemKeyTail = (itemKey: Buffer): Buffer => itemKey.subarray(1 + TABLE_ID_BYTES);

/** The key values in an item key, without the hash. */
export const itemKeyValues = (itemKey: Buffer): Buffer =>
  itemKey.subarray(1 + TABLE_ID_BYTES + HASH_BYTES);

/** Where a table's items with hashes from `hash` on begin. `hash` may be 2^32: behind the last. */
export function hashBound(prefix: Buffer, hash: number): Buffer {
  if (hash >= 2 ** 32) return successor(prefix);
  const key = Buffer.allocUnsafe(prefix.length + HASH_BYTES);
  prefix.copy(key, 0);
  key.writeUInt32BE(hash, prefix.length);
  return key;
}

/** The hash in an item key or index key with this prefix. */
export const hashIn = (prefix: Buffer, key: Buffer): number => key.readUInt32BE(prefix.length);

/** `seconds`: epoch seconds at which the item expires. */
export function expiryKey(tableId: number, seconds: number, itemKey: Buffer): Buffer {
  const tail = itemKeyTail(itemKey);
  const key = Buffer.allocUnsafe(1 + TABLE_ID_BYTES + SECONDS_BYTES + tail.length);
  key[0] = Kind.EXPIRY;
  key.writeUInt32BE(tableId, 1);
  key.writeUIntBE(seconds, 1 + TABLE_ID_BYTES, SECONDS_BYTES);
  tail.copy(key, 1 + TABLE_ID_BYTES + SECONDS_BYTES);
  return key;
}

/** Below all expiry keys of `seconds` and above those of earlier seconds. */
export function expiryBound(tableId: number, seconds: number): Buffer {
  const key = Buffer.allocUnsafe(1 + TABLE_ID_BYTES + SECONDS_BYTES);
  key[0] = Kind.EXPIRY;
  key.writeUInt32BE(tableId, 1);
  key.writeUIntBE(seconds, 1 + TABLE_ID_BYTES, SECONDS_BYTES);
  return key;
}

/** The item key that an expiry key speaks of. */
export function itemKeyOfExpiry(tableId: number, key: Buffer): Buffer {
  return Buffer.concat([itemPrefix(tableId), key.subarray(1 + TABLE_ID_BYTES + SECONDS_BYTES)]);
}

/** Epoch seconds in an expiry key. */
export const secondsOfExpiry = (key: Buffer): number =>
  key.readUIntBE(1 + TABLE_ID_BYTES, SECONDS_BYTES);

export function recordKey(streamId: number, shard: number, sequence: number): Buffer {
  const key = Buffer.allocUnsafe(1 + TABLE_ID_BYTES + SHARD_BYTES + 8);
  key[0] = Kind.RECORD;
  key.writeUInt32BE(streamId, 1);
  key.writeUInt16BE(shard, 1 + TABLE_ID_BYTES);
  key.writeUInt32BE(Math.floor(sequence / 2 ** 32), 1 + TABLE_ID_BYTES + SHARD_BYTES);
  key.writeUInt32BE(sequence % 2 ** 32, 1 + TABLE_ID_BYTES + SHARD_BYTES + 4);
  return key;
}

export const allRecords = (): [Buffer, Buffer] => [
  Buffer.of(Kind.RECORD),
  Buffer.of(Kind.RECORD + 1),
];

export const placeOfRecord = (key: Buffer): { streamId: number; shard: number } => ({
  streamId: idIn(key),
  shard: key.readUInt16BE(1 + TABLE_ID_BYTES),
});

/** All entries that belong to tables, indexes and backups. */
export const allOwned = (): [Buffer, Buffer] => [
  Buffer.of(Kind.ITEM),
  Buffer.of(Kind.BACKUP_ITEM + 1),
];

/** What an entry of {@link allOwned} belongs to, and the prefix that all of its entries have. */
export function ownerOf(key: Buffer): {
  kind: 'item' | 'index' | 'expiry' | 'backup';
  id: number;
  indexId: number | undefined;
  prefix: Buffer;
} {
  const kind = (
    {
      [Kind.ITEM]: 'item',
      [Kind.INDEX]: 'index',
      [Kind.EXPIRY]: 'expiry',
      [Kind.BACKUP_ITEM]: 'backup',
    } as const
  )[key[0]!]!;
  const isIndex = kind === 'index';
  return {
    kind,
    id: idIn(key),
    indexId: isIndex ? key.readUInt16BE(1 + TABLE_ID_BYTES) : undefined,
    prefix: key.subarray(0, 1 + TABLE_ID_BYTES + (isIndex ? INDEX_ID_BYTES : 0)),
  };
}

/** The records of a shard behind a sequence number. */
export const recordsBehind = (
  streamId: number,
  shard: number,
  sequence: number,
): { start: Buffer; end: Buffer } => ({
  start: recordKey(streamId, shard, sequence + 1),
  end: recordKey(streamId, shard + 1, 0),
});

export function sequenceOfRecord(key: Buffer): number {
  const at = 1 + TABLE_ID_BYTES + SHARD_BYTES;
  return key.readUInt32BE(at) * 2 ** 32 + key.readUInt32BE(at + 4);
}

/** The smallest key above all keys that begin with `prefix`. */
export function successor(prefix: Buffer): Buffer {
  const key = Buffer.from(prefix);
  for (let at = key.length - 1; at >= 0; at -= 1) {
    if (key[at]! < 0xff) {
      key[at]! += 1;
      return key.subarray(0, at + 1);
    }
  }
  throw new RangeError('no key lies above this prefix');
}
