import { COMPACTED_SHARE, FillClasses } from './fill-classes.js';
import {
  keyLengthAt,
  keyStartAt,
  makeSegment,
  recordBytes,
  sizeAt,
  slotAt,
  startRecord,
  valueLengthAt,
  type Segment,
} from './segment.js';
import { NONE, type Slots } from './slots.js';

/**
 * The bytes of the items: a log in segments of one size. An item is appended and never changed; replaced
 * and deleted items leave dead bytes, which are won back by copying what lives out of the emptiest segment.
 * So memory is bounded exactly, whatever sizes come, and nothing of it is for the garbage collector.
 *
 * Eviction passes the segments from the oldest on: items read since the last pass are kept, at the log's
 * end or with a segment that is mostly in use, the others go. This is FIFO with reinsertion; it keeps
 * popular items as well as LRU or better on published cache traces (see the S3-FIFO and SIEVE papers), a
 * read costs one counter instead of moving list nodes, and a single scan over everything, which a backfill
 * is, does not flush what is in use.
 */
const MAX_SEGMENT_BYTES = 256 * 1024;
const MIN_SEGMENT_BYTES = 16 * 1024;
/** A cache has at least about so many segments. */
const SEGMENTS_PER_CACHE = 64;
/** Items above this share of a segment get one of their own, so that little is lost at segments' ends. */
const SOLO_SHARE = 1 / 8;
/** Passes of eviction that an often read item survives. */
const MAX_USES = 3;
/** Segments full of items in use that one step spares before it evicts in any case. */
const MAX_SPARED = 8;

export class Segments {
  readonly #slots: Slots;
  readonly #evict: (slot: number) => void;
  readonly #segmentBytes: number;
  readonly #byId: (Segment | undefined)[] = [];
  readonly #freeIds: number[] = [];
  /** Sealed segments, oldest first. */
  readonly #sealed = new Set<Segment>();
  /** The sealed segments that are no solos, by how full they are. */
  readonly #classes = new FillClasses();
  #active: Segment | undefined;
  #limit: number;
  #allocated = 0;
  #live = 0;

  /**
   * `limit`: bytes that all segments may take. `evict` must remove the item, calling {@link release}.
   */
  constructor(slots: Slots, limit: number, evict: (slot: number) => void) {
    this.#slots = slots;
    this.#limit = limit;
    this.#evict = evict;
    const wanted = 2 ** Math.floor(Math.log2(limit / SEGMENTS_PER_CACHE));
    this.#segmentBytes = Math.min(Math.max(wanted, MIN_SEGMENT_BYTES), MAX_SEGMENT_BYTES);
  }

  /** Bytes of memory held. */
  get bytes(): number {
    return this.#allocated;
  }

  /** Bytes of items that live. */
  get liveBytes(): number {
    return this.#live;
  }

  /** A limit at which all that lives now can stay, also while it is compacted. */
  get leastLimit(): number {
    return this.#live / COMPACTED_SHARE + 3 * this.#segmentBytes;
  }

  /** Changes what all segments may take and evicts until it holds, or nothing is left to evict. */
  setLimit(limit: number): void {
    this.#limit = limit;
    while (this.#allocated > 0 && this.#allocated + this.#segmentBytes > this.#limit)
      this.#winMemory();
  }

  /** Lets all segments take more, at once; to be called also while others are evicted. */
  raiseLimit(bytes: number): void {
    this.#limit += bytes;
  }

  /** Whether an item of so many bytes finds room without that another one goes. */
  hasRoom(keyLength: number, valueLength: number): boolean {
    const size = recordBytes(keyLength, valueLength);
    const free = this.#limit - this.#segmentBytes - this.#allocated;
    if (size > this.#segmentBytes * SOLO_SHARE) return size <= free;
    const active = this.#active;
    if (active !== undefined && active.bytes.length - active.used >= size) return true;
    return this.#segmentBytes <= free;
  }

  /** Copies key and value of a slot that is in no segment to the end of the log; may evict others. */
  append(slot: number, key: Uint8Array, value: Uint8Array): void {
    const segment = this.#segmentFor(recordBytes(key.length, value.length));
    const offset = this.#startRecord(segment, slot, key.length, value.length);
    const start = keyStartAt(offset);
    segment.bytes.set(key, start);
    segment.bytes.set(value, start + key.length);
  }

  /** Lets go of the bytes of a slot. */
  release(slot: number): void {
    const segment = this.#byId[this.#slots.segment(slot)]!;
    const size = sizeAt(segment, this.#slots.offset(slot));
    this.#slots.setLocation(slot, NONE, 0);
    segment.live -= size;
    this.#live -= size;
    if (segment === this.#active) {
      if (segment.live === 0) segment.used = 0;
    } else if (segment.live === 0 && this.#sealed.has(segment)) {
      this.#unseal(segment);
      this.#free(segment);
    } else if (segment.fillClass !== NONE) this.#classes.put(segment);
  }

  /** Notes that an item was read. */
  touch(slot: number): void {
    const uses = this.#slots.uses(slot);
    if (uses < MAX_USES) this.#slots.setUses(slot, uses + 1);
  }

  hasKey(slot: number, key: Uint8Array): boolean {
    const segment = this.#byId[this.#slots.segment(slot)]!;
    const offset = this.#slots.offset(slot);
    const length = keyLengthAt(segment, offset);
    if (length !== key.length) return false;
    const { bytes } = segment;
    const start = keyStartAt(offset);
    for (let i = 0; i < length; i++) if (bytes[start + i] !== key[i]) return false;
    return true;
  }

  /** The key, copied. */
  key(slot: number): Buffer {
    const segment = this.#byId[this.#slots.segment(slot)]!;
    const offset = this.#slots.offset(slot);
    const start = keyStartAt(offset);
    return Buffer.from(segment.bytes.subarray(start, start + keyLengthAt(segment, offset)));
  }

  /** The value, copied: its place in the segment may be used anew at any time. */
  value(slot: number): Buffer {
    const segment = this.#byId[this.#slots.segment(slot)]!;
    const offset = this.#slots.offset(slot);
    const start = keyStartAt(offset) + keyLengthAt(segment, offset);
    const length = valueLengthAt(segment, offset);
    const value = Buffer.allocUnsafe(length);
    segment.bytes.copy(value, 0, start, start + length);
    return value;
  }

  #startRecord(segment: Segment, slot: number, keyLength: number, valueLength: number): number {
    const offset = startRecord(segment, slot, keyLength, valueLength);
    this.#live += recordBytes(keyLength, valueLength);
    this.#slots.setLocation(slot, segment.id, offset);
    return offset;
  }

  /** A segment with room for so many bytes, within the limit less one segment kept for compaction. */
  #segmentFor(size: number): Segment {
    if (size > this.#segmentBytes * SOLO_SHARE) {
      while (this.#allocated + size > this.#limit - this.#segmentBytes) this.#winMemory();
      const solo = this.#allocate(size);
      this.#sealed.add(solo);
      return solo;
    }
    for (;;) {
      if (this.#active !== undefined && this.#active.bytes.length - this.#active.used >= size)
        return this.#active;
      if (this.#allocated + this.#segmentBytes <= this.#limit - this.#segmentBytes)
        return this.#openActive();
      this.#winMemory();
    }
  }

  /** Frees memory by one step: compacts a segment, or evicts from the oldest. */
  #winMemory(): void {
    if (this.#sealed.size === 0) this.#seal();
    const sparse = this.#classes.sparsest();
    if (sparse === undefined) this.#evictOldest();
    else this.#sweep(sparse, () => true);
  }

  #evictOldest(): void {
    let spared = 0;
    for (const oldest of this.#sealed) {
      const inUse = spared < MAX_SPARED && this.#usedBytes(oldest) > oldest.live / 2;
      if (!inUse) return this.#sweepOldest(oldest);
      this.#sealed.delete(oldest);
      this.#sealed.add(oldest);
      spared += 1;
    }
  }

  /** Live bytes of items that were read; when that is most of them, it counts as a pass of eviction. */
  #usedBytes(segment: Segment): number {
    let used = 0;
    for (const [slot, size] of this.#itemsOf(segment)) if (this.#slots.uses(slot) > 0) used += size;
    if (used > segment.live / 2)
      for (const [slot] of this.#itemsOf(segment))
        this.#slots.setUses(slot, Math.max(this.#slots.uses(slot) - 1, 0));
    return used;
  }

  #sweepOldest(oldest: Segment): void {
    if (oldest.fillClass === NONE) return this.#evict(slotAt(oldest, 0));
    let room = oldest.bytes.length / 2;
    this.#sweep(oldest, (slot, size) => {
      const uses = this.#slots.uses(slot);
      if (uses === 0 || size > room) return false;
      this.#slots.setUses(slot, uses - 1);
      room -= size;
      return true;
    });
  }

  /** Empties a sealed segment: moves the items to keep to the end of the log, evicts the others. */
  #sweep(segment: Segment, keep: (slot: number, size: number) => boolean): void {
    this.#unseal(segment);
    for (const [slot, size] of this.#itemsOf(segment))
      if (keep(slot, size)) this.#move(segment, slot, size);
      else this.#evict(slot);
    this.#free(segment);
  }

  /** The slots of the items that live in a segment, and their sizes. */
  *#itemsOf(segment: Segment): Generator<[slot: number, size: number]> {
    for (let offset = 0; offset < segment.used && segment.live > 0;) {
      const slot = slotAt(segment, offset);
      const size = sizeAt(segment, offset);
      const isHere = this.#slots.segment(slot) === segment.id;
      if (isHere && this.#slots.offset(slot) === offset) yield [slot, size];
      offset += size;
    }
  }

  #move(from: Segment, slot: number, size: number): void {
    const start = this.#slots.offset(slot);
    const [keyLength, valueLength] = [keyLengthAt(from, start), valueLengthAt(from, start)];
    let to = this.#active;
    // What survives of one segment fits into one, for which memory is kept free.
    if (to === undefined || to.bytes.length - to.used < size) to = this.#openActive();
    this.release(slot);
    const target = this.#startRecord(to, slot, keyLength, valueLength);
    from.bytes.copy(to.bytes, keyStartAt(target), keyStartAt(start), start + size);
  }

  #openActive(): Segment {
    this.#seal();
    this.#active = this.#allocate(this.#segmentBytes);
    return this.#active;
  }

  #seal(): void {
    const segment = this.#active;
    if (segment === undefined) return;
    this.#active = undefined;
    if (segment.live === 0) return this.#free(segment);
    this.#sealed.add(segment);
    this.#classes.put(segment);
  }

  #unseal(segment: Segment): void {
    this.#sealed.delete(segment);
    this.#classes.remove(segment);
  }

  #allocate(size: number): Segment {
    const id = this.#freeIds.pop() ?? this.#byId.length;
    const segment = makeSegment(id, size);
    this.#byId[id] = segment;
    this.#allocated += size;
    return segment;
  }

  #free(segment: Segment): void {
    this.#allocated -= segment.bytes.length;
    this.#byId[segment.id] = undefined;
    this.#freeIds.push(segment.id);
  }
}
