import type { Item } from '../../lib/attribute-value.js';
import type { Engine } from '../engine.js';
import { recordsBehind, sequenceOfRecord } from '../storage/keyspace.js';
import type { ShardDefinition } from '../streams/shards.js';
import { StoredRecord } from '../streams/stored-record.js';
import type { Stream } from '../streams/stream.js';
import type { Table } from '../tables/table.js';
import { itemToText } from '../values/index.js';
import type { Findings } from './findings.js';
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
  checkLineage(stream, findings);
  let bytes = 0;
  const broken = new Set<number>();
  for (const { shard, sequence, record, length } of recordsOf(engine, stream)) {
    findings.checked.records += 1;
    bytes += length;
    const problem = problemOf(engine, stream, shard, sequence, record);
    if (problem === undefined) continue;
    broken.add(sequence);
    findings.add(where, `record ${String(sequence)} of ${shard.shardId} ${problem}`);
  }
  if (!table) return;
  const classes = Math.ceil(bytes / BYTES_A_PASS);
  for (let one = 0; one < classes; one += 1)
    checkHistories(engine, stream, table, (hash) => hash % classes === one, broken, findings);
}

function checkLineage({ definition }: Stream, findings: Findings): void {
  const where = `stream ${definition.arn}`;
  const byId = new Map(definition.shards.map((shard) => [shard.shardId, shard]));
  for (const shard of definition.shards) {
    const parent = shard.parentShardId === undefined ? undefined : byId.get(shard.parentShardId);
    if (parent && (parent.end === undefined || parent.end > shard.start))
      findings.add(where, `shard ${shard.shardId} begins before its parent ends`);
    if (definition.disabledAt !== undefined && shard.end === undefined)
      findings.add(where, `shard ${shard.shardId} is open although the stream is off`);
  }
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

function problemOf(
  { catalog }: Engine,
  stream: Stream,
  shard: ShardDefinition,
  sequence: number,
  record: StoredRecord,
): string | undefined {
  if (sequence < shard.start || sequence > (shard.end ?? Infinity))
    return `lies outside of its shard (${String(shard.start)} to ${String(shard.end ?? 'now')})`;
  if (sequence > catalog.lastSequence)
    return `is newer than the last sequence number given out, ${String(catalog.lastSequence)}`;
  try {
    const { eventName, keysText, newImageText, oldImageText } = record;
    for (const text of [keysText, newImageText, oldImageText])
      if (text !== undefined) JSON.parse(text);
    if ((newImageText !== undefined) !== (stream.hasNewImage && eventName !== 'REMOVE'))
      return `is ${eventName} and ${newImageText === undefined ? 'lacks' : 'has'} a new image`;
    if ((oldImageText !== undefined) !== (stream.hasOldImage && eventName !== 'INSERT'))
      return `is ${eventName} and ${oldImageText === undefined ? 'lacks' : 'has'} an old image`;
  } catch (error) {
    return `cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  return undefined;
}

function checkHistories(
  engine: Engine,
  stream: Stream,
  table: Table,
  isOfClass: (hash: number) => boolean,
  broken: ReadonlySet<number>,
  findings: Findings,
): void {
  const where = `stream ${stream.arn}`;
  const newest = new Map<string, Newest>();
  for (const { shard, sequence, record } of recordsOf(engine, stream)) {
    if (broken.has(sequence)) continue;
    const keys = JSON.parse(record.keysText) as Item;
    const hash = table.hashIn(table.itemKey(keys));
    if (!isOfClass(hash)) continue;
    if (hash < shard.fromHash || hash >= shard.toHash)
      findings.add(where, `record ${String(sequence)} lies in the wrong shard`, keys);
    const name = itemToText(table.keysOf(keys));
    const before = newest.get(name);
    const event = record.eventName;
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
