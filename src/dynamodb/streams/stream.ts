import type { KeySchemaElement } from '../tables/definition.js';
import type { StreamViewType } from './stream-log.js';

/** Sequence numbers have 21 digits, all beginning with 1, so that they also sort as text. */
const SEQUENCE_DIGITS = 20;

export interface ShardDefinition {
  /** Position among the stream's shards, part of the records' keys. */
  index: number;
  shardId: string;
  parentShardId?: string;
  /** Partition hashes from, and up to but not including. */
  fromHash: number;
  toHash: number;
  /** The first sequence number that may occur in it. */
  start: number;
  /** The last that may; set when the shard is closed. */
  end?: number;
  /** The last one that was removed after its 24 hours; 0: none. */
  trimmed: number;
}

/** A stream as it is stored. Times are epoch milliseconds. */
export interface StreamDefinition {
  /** Unique in the folder, never used again. */
  id: number;
  arn: string;
  label: string;
  tableName: string;
  viewType: StreamViewType;
  keySchema: KeySchemaElement[];
  createdAt: number;
  /** When it was switched off, or its table deleted. It can be read for 24 hours more. */
  disabledAt?: number;
  /** Makes the event ids of this stream its own: 32 hexadecimal digits. */
  salt: string;
  shards: ShardDefinition[];
}

/** One stream of a table: what is needed at each write, derived from its definition. */
export class Stream {
  readonly definition: StreamDefinition;
  readonly hasNewImage: boolean;
  readonly hasOldImage: boolean;
  readonly #salt: Uint32Array;

  constructor(definition: StreamDefinition) {
    this.definition = definition;
    const view = definition.viewType;
    this.hasNewImage = view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES';
    this.hasOldImage = view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES';
    const salt = Buffer.from(definition.salt, 'hex');
    this.#salt = Uint32Array.from([0, 4, 8, 12], (at) => salt.readUInt32BE(at));
  }

  get id(): number {
    return this.definition.id;
  }

  get arn(): string {
    return this.definition.arn;
  }

  get enabled(): boolean {
    return this.definition.disabledAt === undefined;
  }

  shard(shardId: string): ShardDefinition | undefined {
    return this.definition.shards.find((shard) => shard.shardId === shardId);
  }

  /** The open shard for a partition. */
  shardFor(hash: number): ShardDefinition {
    const found = this.definition.shards.find(
      (shard) => shard.end === undefined && shard.fromHash <= hash && hash < shard.toHash,
    );
    if (!found) throw new Error(`stream ${this.arn} has no open shard for hash ${hash}`);
    return found;
  }

  /**
   * The event id of a record: computed, not stored. Two of its four words are permutations of the
   * sequence number's halves, so it is unique within the stream; the salt tells streams apart.
   */
  eventId(sequence: number): string {
    const low = (sequence % 2 ** 32) >>> 0;
    const high = Math.floor(sequence / 2 ** 32);
    const [a, b, c, d] = this.#salt as unknown as [number, number, number, number];
    return hex(mix(low ^ a)) + hex(mix(high ^ b ^ low)) + hex(mix(low + c)) + hex(mix(low ^ d));
  }
}

export const sequenceText = (sequence: number): string =>
  `1${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;

/** Undefined when the text is not one of this engine's sequence numbers. */
export function sequenceOf(text: string): number | undefined {
  if (!/^1\d{20}$/.test(text)) return undefined;
  const sequence = Number(text.slice(1));
  return Number.isSafeInteger(sequence) ? sequence : undefined;
}

/** Murmur's finisher: a permutation of 32 bits that spreads neighbours. */
function mix(value: number): number {
  let bits = value >>> 0;
  bits ^= bits >>> 16;
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

const hex = (word: number): string => word.toString(16).padStart(8, '0');
