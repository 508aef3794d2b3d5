import type { Item } from '../../lib/attribute-value.js';
import type { Engine } from '../engine.js';
import { hashOf } from '../items/key-encoding.js';
import { recordKey, recordsBehind, sequenceOfRecord } from '../storage/keyspace.js';
import type { ShardDefinition } from '../streams/shards.js';
import { StoredRecord } from '../streams/stored-record.js';
import type { Stream } from '../streams/stream.js';
import type { Table } from '../tables/table.js';
import { attributeOf, encodeKeyValue, itemSize, parseItem } from '../values/index.js';
import type { Findings } from './findings.js';
import { checkShards } from './shards.js';
import { decodeItem, isSameItem } from './stored.js';

/** Newest images are kept in memory for so many bytes of records at a time; see {@link checkStream}. */
const BYTES_A_PASS = 128 * 1024 * 1024;

/** What the records of one item say last. */
interface Newest {
  keys: Item;
  event: 'INSERT' | 'MODIFY' | 'REMOVE';
  /** JSON text; undefined when removed, or when the stream has no new images. */
  image: string | undefined;
}

/**
 * Checks the records of a stream: their place, that they can be read, that the records of one item follow
 * from each other, and that the newest one agrees with the item. `table`: set when the stream is on.
 *
 * For the last two the newest record of every item must be known. So that memory stays bounded, items are
 * taken by classes of their hash, each class in a pass of its own over the records.
 */
export function checkStream(
  engine: Engine,
  stream: Stream,
  table: Table | undefined,
  findings: Findings,
): void {
  const where = `stream ${stream.arn}`;
  findings.checked.streams += 1;
  checkShards(stream, findings);
  checkTrimmed(engine, stream, findings);
  let bytes = 0;
  const broken = new Set<number>();
  for (const { shard, sequence, record, length } of recordsOf(engine, stream)) {
    findings.checked.records += 1;
    bytes += length;
    const problem =
      problemOfPlace(engine, shard, sequence) ?? problemOfContent(stream, shard, record);
    if (problem === undefined) continue;
    broken.add(sequence);
    findings.add(where, `record ${String(sequence)} of ${shard.shardId} ${problem}`);
  }
  const classes = Math.ceil(bytes / BYTES_A_PASS);
  for (let one = 0; one < classes; one += 1)
    checkHistories(engine, stream, table, (hash) => hash % classes === one, broken, findings);
}

interface Located {
  shard: ShardDefinition;
  sequence: number;
  record: StoredRecord;
  length: number;
}

/** Oldest shards first, and so all records of one item in their order. */
function* recordsOf({ store }: Engine, { definition }: Stream): Generator<Located> {
  for (const shard of definition.shards)
    for (const { key, value } of store.entries(
      recordsBehind(definition.id, shard.index, shard.trimmed),
    ))
      yield {
        shard,
        sequence: sequenceOfRecord(key),
        record: new StoredRecord(value),
        length: value.length,
      };
}

/** Records up to where a shard was trimmed must be gone. */
function checkTrimmed({ store }: Engine, { arn, definition }: Stream, findings: Findings): void {
  for (const { index, shardId, trimmed } of definition.shards) {
    const [left] = store.keys(
      recordKey(definition.id, index, 0),
      recordKey(definition.id, index, trimmed + 1),
      1,
    );
    if (left)
      findings.add(
        `stream ${arn}`,
        `record ${String(sequenceOfRecord(left))} of ${shardId} is there, though it was trimmed up to ${String(trimmed)}`,
      );
  }
}

function problemOfPlace(
  { catalog }: Engine,
  shard: ShardDefinition,
  sequence: number,
): string | undefined {
  if (sequence < shard.start || sequence > (shard.end ?? Infinity))
    return `lies outside of its shard (${String(shard.start)} to ${String(shard.end ?? 'now')})`;
  if (sequence > catalog.lastSequence)
    return `is newer than the last sequence number given out, ${String(catalog.lastSequence)}`;
  return undefined;
}

function problemOfContent(
  stream: Stream,
  shard: ShardDefinition,
  record: StoredRecord,
): string | undefined {
  try {
    const { eventName, keysText, newImageText, oldImageText } = record;
    const keys = itemOf(keysText);
    const names = stream.definition.keySchema.map(({ AttributeName }) => AttributeName);
    if (names.some((name) => !attributeOf(keys, name))) return 'lacks the key of its item';
    const images = [newImageText, oldImageText].filter((text) => text !== undefined).map(itemOf);
    if ((newImageText !== undefined) !== (stream.hasNewImage && eventName !== 'REMOVE'))
      return `is ${eventName} and ${newImageText === undefined ? 'lacks' : 'has'} a new image`;
    if ((oldImageText !== undefined) !== (stream.hasOldImage && eventName !== 'INSERT'))
      return `is ${eventName} and ${oldImageText === undefined ? 'lacks' : 'has'} an old image`;
    for (const image of images)
      if (!isSameItem(pick(image, names), keys)) return 'has an image with other keys';
    const hash = partitionHash(stream, keys);
    if (hash < shard.fromHash || hash >= shard.toHash) return 'lies in the wrong shard';
    const size = images.reduce((sum, image) => sum + itemSize(image), itemSize(keys));
    if (record.size !== size)
      return `is noted with ${String(record.size)} bytes and has ${String(size)}`;
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  return undefined;
}

function checkHistories(
  engine: Engine,
  stream: Stream,
  table: Table | undefined,
  isOfClass: (hash: number) => boolean,
  broken: ReadonlySet<number>,
  findings: Findings,
): void {
  const where = `stream ${stream.arn}`;
  const newest = new Map<string, Newest>();
  for (const { sequence, record } of recordsOf(engine, stream)) {
    if (broken.has(sequence)) continue;
    const { keysText: name, eventName: event } = record;
    const keys = JSON.parse(name) as Item;
    if (!isOfClass(partitionHash(stream, keys))) continue;
    const before = newest.get(name);
    if (before && (before.event === 'REMOVE') !== (event === 'INSERT'))
      findings.add(where, `${event} ${String(sequence)} follows ${before.event}`, keys);
    else if (before && stream.hasNewImage && !areSame(before.image, record.oldImageText, stream))
      findings.add(
        where,
        `the old image of record ${String(sequence)} is not what was before it`,
        keys,
      );
    newest.set(name, { keys, event, image: record.newImageText });
  }
  if (!table) return;
  for (const { keys, event, image } of newest.values()) {
    const stored = engine.store.read(table.itemKey(keys));
    const item = stored && decodeItem(Buffer.from(stored)).item;
    if ((event === 'REMOVE') !== (item === undefined))
      findings.add(
        where,
        `the newest record is ${event}, the item is ${item ? '' : 'not '}there`,
        keys,
      );
    else if (item && image !== undefined && !isSameItem(item, JSON.parse(image) as Item))
      findings.add(where, 'the newest image differs from the item', keys);
  }
}

/** Whether a record's old image is the new image before it; true where the stream does not have it. */
function areSame(before: string | undefined, old: string | undefined, stream: Stream): boolean {
  if (!stream.hasOldImage || before === old) return true;
  if (before === undefined || old === undefined) return false;
  return isSameItem(JSON.parse(before) as Item, JSON.parse(old) as Item);
}

const itemOf = (text: string): Item => parseItem(JSON.parse(text));

const pick = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = attributeOf(item, name);
      return value ? [[name, value]] : [];
    }),
  );

/** The hash of the partition that keys name; it chooses the shard. */
function partitionHash({ definition }: Stream, keys: Item): number {
  const name = definition.keySchema.find(({ KeyType }) => KeyType === 'HASH')!.AttributeName;
  return hashOf(encodeKeyValue(keys[name]!));
}
