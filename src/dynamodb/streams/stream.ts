import type { KeySchemaElement } from '../tables/definition.js';
import type { ShardDefinition } from './shards.js';
import type { StreamViewType } from './stream-log.js';

/** Sequence numbers have 21 digits, all beginning with 1, so that they also sort as text. */
const SEQUENCE_DIGITS = 20;
/** One more is still a safe integer. */
const MAX_SEQUENCE = Number.MAX_SAFE_INTEGER - 1;
const SEQUENCE_BASE = `1${'0'.repeat(SEQUENCE_DIGITS)}`;

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
  /** Oldest first, and so parents before children. */
  shards: ShardDefinition[];
}

/** A shard that gets records. */
export interface OpenShard {
  readonly definition: ShardDefinition;
  /** Records in it; not counted when they have no limit. */
  records: number;
}

/** Where the last event id was put together. */
const EVENT_ID = Buffer.alloc(16);

/** One stream of a table: what is needed at each write, derived from its definition. */

export class Stream {
  readonly definition: StreamDefinition;
  readonly hasNewImage: boolean;
  readonly hasOldImage: boolean;
  /** How many open shards it is to have. */
  wantedShards = 1;
  readonly #salt: Uint32Array;
  readonly #byId: Map<string, ShardDefinition>;
  /** By their hashes, ascending; together they cover all, or none when the stream is off. */
  #open: OpenShard[];

  constructor(definition: StreamDefinition) {
    this.definition = definition;
    const view = definition.viewType;
    this.hasNewImage = view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES';
    this.hasOldImage = view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES';
    const salt = Buffer.from(definition.salt, 'hex');
    this.#salt = Uint32Array.from([0, 4, 8, 12], (at) => salt.readUInt32BE(at));
    this.#byId = new Map(definition.shards.map((shard) => [shard.shardId, shard]));
    this.#open = openShards(definition.shards.filter(({ end }) => end === undefined));
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
    return this.#byId.get(shardId);
  }

  get openShards(): readonly OpenShard[] {
    return this.#open;
  }

  /** The open shard for a partition. */
  openShardFor(hash: number): OpenShard {
    let low = 0;
    let high = this.#open.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#open[middle]!.definition.fromHash <= hash) low = middle;
      else high = middle - 1;
    }
    const found = this.#open[low];
    if (!found) throw new Error(`stream ${this.arn} is off and has no open shard`);
    return found;
  }

  /** Closes an open shard and puts its children, which cover its hashes, in its place. */
  replace(
    { definition: parent }: OpenShard,
    children: ShardDefinition[],
    end: number,
    now: number,
  ): void {
    parent.end = end;
    parent.closedAt = now;
    for (const child of children) this.#byId.set(child.shardId, child);
    this.definition.shards.push(...children);
    this.#open = this.#open.flatMap((shard) =>
      shard.definition === parent ? openShards(children) : shard,
    );
  }

  /** Closes all shards for good. */
  disable(end: number, now: number): void {
    this.definition.disabledAt = now;
    for (const { definition } of this.#open) {
      definition.end = end;
      definition.closedAt = now;
    }
    this.#open = [];
  }

  /** Forgets closed shards. */
  drop(shards: ReadonlySet<ShardDefinition>): void {
    for (const { shardId } of shards) this.#byId.delete(shardId);
    this.definition.shards = this.definition.shards.filter((shard) => !shards.has(shard));
  }

  /**
   * The event id of a record: computed, not stored. Two of its four words are permutations of the
   * sequence number's halves, so it is unique within the stream; the salt tells streams apart.
   */
  eventId(sequence: number): string {
    const low = (sequence % 2 ** 32) >>> 0;
    const high = Math.floor(sequence / 2 ** 32);
    const [a, b, c, d] = this.#salt as unknown as [number, number, number, number];
    EVENT_ID.writeUInt32BE(mix(low ^ a), 0);
    EVENT_ID.writeUInt32BE(mix(high ^ b ^ low), 4);
    EVENT_ID.writeUInt32BE(mix(low + c), 8);
    EVENT_ID.writeUInt32BE(mix(low ^ d), 12);
    return EVENT_ID.toString('hex');
  }
}

function openShards(definitions: readonly ShardDefinition[]): OpenShard[] {
  return definitions
    .map((definition) => ({ definition, records: 0 }))
    .sort((a, b) => a.definition.fromHash - b.definition.fromHash);
}

export const sequenceText = (sequence: number): string =>
  `1${String(sequence).padStart(SEQUENCE_DIGITS, '0')}`;

/**
 * The number that a sequence number's text stands for, beyond all numbers given out when it is too large;
 * undefined when the text is not of decimal digits.
 */
export function sequenceOf(text: string): number | undefined {
  if (!/^\d+$/.test(text)) return undefined;
  const number = BigInt(text) - BigInt(SEQUENCE_BASE);
  return number > 0n ? Math.min(Number(number), MAX_SEQUENCE) : 0;
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
