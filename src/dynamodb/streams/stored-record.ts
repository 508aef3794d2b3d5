import type { Item } from '../../lib/attribute-value.js';
import { LazyObject } from '../../lib/lazy-object.js';
import type { StoredItem } from '../items/stored-item.js';
import type { StoredStreamRecord, StreamViewType } from './stream-log.js';
import { sequenceText, type Stream } from './stream.js';

/**
 * A stream record as it is stored: flags (1), epoch milliseconds (8), SizeBytes (4), lengths of the
 * three texts (4 each), then the JSON texts of keys, new image and old image, empty where there is none.
 */
const AT = { flags: 0, writtenAt: 1, size: 9, keys: 13, newImage: 17, oldImage: 21, texts: 25 };
const EVENT_NAMES = ['INSERT', 'MODIFY', 'REMOVE'] as const;
const EVENT_MASK = 0b11;
const BY_TIME_TO_LIVE = 0b100;

export interface StreamEvent {
  writtenAt: number;
  keysText: string;
  keysSize: number;
  newImage: StoredItem | undefined;
  oldImage: StoredItem | undefined;
  byTimeToLive: boolean;
}

export function encodeRecord(stream: Stream, event: StreamEvent): Buffer {
  const name = event.newImage ? (event.oldImage ? 1 : 0) : 2;
  const newImage = stream.hasNewImage ? event.newImage : undefined;
  const oldImage = stream.hasOldImage ? event.oldImage : undefined;
  const keysLength = Buffer.byteLength(event.keysText);
  const newLength = newImage?.textLength ?? 0;
  const oldLength = oldImage?.textLength ?? 0;
  const bytes = Buffer.allocUnsafe(AT.texts + keysLength + newLength + oldLength);
  bytes[AT.flags] = name | (event.byTimeToLive ? BY_TIME_TO_LIVE : 0);
  bytes.writeDoubleBE(event.writtenAt, AT.writtenAt);
  bytes.writeUInt32BE(event.keysSize + (newImage?.size ?? 0) + (oldImage?.size ?? 0), AT.size);
  bytes.writeUInt32BE(keysLength, AT.keys);
  bytes.writeUInt32BE(newLength, AT.newImage);
  bytes.writeUInt32BE(oldLength, AT.oldImage);
  bytes.write(event.keysText, AT.texts, 'utf8');
  newImage?.copyText(bytes, AT.texts + keysLength);
  oldImage?.copyText(bytes, AT.texts + keysLength + newLength);
  return bytes;
}

export const writtenAtOf = (bytes: Buffer): number => bytes.readDoubleBE(AT.writtenAt);

/** A record, its images still text: whoever answers over the wire splices them. */
export class StoredRecord {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get eventName(): 'INSERT' | 'MODIFY' | 'REMOVE' {
    return EVENT_NAMES[(this.#bytes[AT.flags]! & EVENT_MASK) as 0 | 1 | 2];
  }

  get byTimeToLive(): boolean {
    return (this.#bytes[AT.flags]! & BY_TIME_TO_LIVE) !== 0;
  }

  get writtenAt(): number {
    return writtenAtOf(this.#bytes);
  }

  get size(): number {
    return this.#bytes.readUInt32BE(AT.size);
  }

  get keysText(): string {
    return this.#text(AT.texts, this.#length(AT.keys))!;
  }

  get newImageText(): string | undefined {
    return this.#text(AT.texts + this.#length(AT.keys), this.#length(AT.newImage));
  }

  get oldImageText(): string | undefined {
    const start = AT.texts + this.#length(AT.keys) + this.#length(AT.newImage);
    return this.#text(start, this.#length(AT.oldImage));
  }

  #length(at: number): number {
    return this.#bytes.readUInt32BE(at);
  }

  #text(start: number, length: number): string | undefined {
    return length === 0 ? undefined : this.#bytes.toString('utf8', start, start + length);
  }
}

/** A record as readers in this process get it: its images are parsed when they are looked at, which many never are. */
export class ReadRecord extends LazyObject implements StoredStreamRecord {
  readonly #stored: StoredRecord;
  readonly #stream: Stream;
  readonly #sequence: number;
  #keys: Item | undefined;
  #newImage: Item | undefined;
  #oldImage: Item | undefined;

  constructor(stored: StoredRecord, stream: Stream, sequence: number) {
    super();
    this.#stored = stored;
    this.#stream = stream;
    this.#sequence = sequence;
  }

  get eventID(): string {
    return this.#stream.eventId(this.#sequence);
  }

  get eventName(): 'INSERT' | 'MODIFY' | 'REMOVE' {
    return this.#stored.eventName;
  }

  get writtenAt(): number {
    return this.#stored.writtenAt;
  }

  get Keys(): Item {
    return (this.#keys ??= JSON.parse(this.#stored.keysText) as Item);
  }

  get NewImage(): Item | undefined {
    return (this.#newImage ??= parsed(this.#stored.newImageText));
  }

  get OldImage(): Item | undefined {
    return (this.#oldImage ??= parsed(this.#stored.oldImageText));
  }

  get SequenceNumber(): string {
    return sequenceText(this.#sequence);
  }

  get SizeBytes(): number {
    return this.#stored.size;
  }

  get StreamViewType(): StreamViewType {
    return this.#stream.definition.viewType;
  }

  get userIdentity(): StoredStreamRecord['userIdentity'] {
    return this.#stored.byTimeToLive
      ? { type: 'Service', principalId: 'dynamodb.amazonaws.com' }
      : undefined;
  }

  toJSON(): object {
    const { NewImage, OldImage, userIdentity } = this;
    return {
      eventID: this.eventID,
      eventName: this.eventName,
      writtenAt: this.writtenAt,
      Keys: this.Keys,
      SequenceNumber: this.SequenceNumber,
      SizeBytes: this.SizeBytes,
      StreamViewType: this.StreamViewType,
      ...(NewImage && { NewImage }),
      ...(OldImage && { OldImage }),
      ...(userIdentity && { userIdentity }),
    };
  }
}

const parsed = (text: string | undefined): Item | undefined =>
  text === undefined ? undefined : (JSON.parse(text) as Item);
