import type {
  AttributeValue as SdkValue,
  _Record as SdkRecord,
} from '@aws-sdk/client-dynamodb-streams';
import type { AttributeValue, Item } from '../lib/attribute-value.js';
import type { ChangeRecord, StreamEntry, StreamViewType } from './change-stream.js';

/** What the records of a stream have in common, for sources that leave it out. */
export interface RecordDefaults {
  streamArn: string;
  region: string;
  viewType: StreamViewType;
}

/**
 * A record as GetRecords gives it, in the shape that pipes hand on: members in the recorded order, epoch
 * seconds, binary values as base64, and the members of userIdentity in lower case (reference: pipes,
 * section 3).
 *
 * @param now epoch milliseconds, for a record without a time
 */
export function streamEntry(
  source: SdkRecord,
  defaults: RecordDefaults,
  now: number,
): StreamEntry & { sequenceNumber: string } {
  const change = source.dynamodb ?? {};
  const writtenAt = change.ApproximateCreationDateTime?.getTime() ?? now;
  const dynamodb = {
    ApproximateCreationDateTime: Math.floor(writtenAt / 1000),
    Keys: itemOf(change.Keys ?? {}),
  } as ChangeRecord['dynamodb'];
  if (change.NewImage) dynamodb.NewImage = itemOf(change.NewImage);
  if (change.OldImage) dynamodb.OldImage = itemOf(change.OldImage);
  const sequenceNumber = change.SequenceNumber!;
  dynamodb.SequenceNumber = sequenceNumber;
  // Alternator says no size; the pipe bounds its memory by it.
  dynamodb.SizeBytes = change.SizeBytes ?? JSON.stringify(dynamodb).length;
  dynamodb.StreamViewType = change.StreamViewType ?? defaults.viewType;
  const record = {
    eventID: source.eventID ?? sequenceNumber,
    eventName: source.eventName!,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: source.awsRegion ?? defaults.region,
    dynamodb,
  } as ChangeRecord;
  // The only identity there is (documented).
  if (source.userIdentity)
    record.userIdentity = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
  record.eventSourceARN = defaults.streamArn;
  return { record, writtenAt, sequenceNumber };
}

/** The item with the SDK's bytes as base64 text; all else is as it is on the wire. */
function itemOf(item: Record<string, SdkValue>): Item {
  const result: Item = {};
  for (const name of Object.keys(item)) define(result, name, valueOf(item[name]!));
  return result;
}

/** An attribute may be called `__proto__`. */
function define(item: Item, name: string, value: AttributeValue): void {
  if (name === '__proto__')
    Object.defineProperty(item, name, {
      value,
      enumerable: true,
      writable: true,
      configurable: true,
    });
  else item[name] = value;
}

function valueOf(value: SdkValue): AttributeValue {
  if (value.B !== undefined) return { B: base64(value.B) };
  if (value.BS !== undefined) return { BS: value.BS.map(base64) };
  if (value.L !== undefined) return { L: value.L.map(valueOf) };
  if (value.M !== undefined) return { M: itemOf(value.M) };
  return value;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
