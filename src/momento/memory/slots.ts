/**
 * The fixed-size part of every item, in typed arrays: millions of items cost the garbage collector nothing,
 * and a page at a time is added, so nothing is ever copied to grow.
 *
 * A slot is a small integer that names an item as long as it lives, wherever its bytes are moved.
 */
const PAGE_BITS = 10;
const PAGE_SLOTS = 1 << PAGE_BITS;
const PAGE_MASK = PAGE_SLOTS - 1;
const WORDS = 10;
const PAGE_BYTES = PAGE_SLOTS * WORDS * 4;

const EXPIRES_AT = 0; // float64, in words 0 and 1
const RECORD_ID = 1; // float64, in words 2 and 3
const HASH = 4;
const SEGMENT = 5;
const OFFSET = 6;
const PREVIOUS = 7;
const NEXT = 8;
const USES = 9;

/** No slot, no segment, end of a list. */
export const NONE = -1;

export class Slots {
  readonly #words: Int32Array[] = [];
  readonly #floats: Float64Array[] = [];
  #firstFree = NONE;
  #count = 0;

  /** Slots in use. */
  get count(): number {
    return this.#count;
  }

  /** All slots, free ones too, have numbers below it. */
  get end(): number {
    return this.#words.length * PAGE_SLOTS;
  }

  /** Bytes of memory held. */
  get bytes(): number {
    return this.#words.length * PAGE_BYTES;
  }

  /** Bytes by which the next {@link allocate} will add to {@link bytes}. */
  get growth(): number {
    return this.#firstFree === NONE ? PAGE_BYTES : 0;
  }

  /** Takes a free slot; its item is nowhere yet. */
  allocate(hash: number): number {
    if (this.#firstFree === NONE) this.#addPage();
    const slot = this.#firstFree;
    this.#firstFree = this.next(slot);
    this.#count += 1;
    const words = this.#words[slot >> PAGE_BITS]!;
    const at = (slot & PAGE_MASK) * WORDS;
    words[at + HASH] = hash;
    words[at + SEGMENT] = NONE;
    words[at + USES] = 0;
    return slot;
  }

  free(slot: number): void {
    this.setLocation(slot, NONE, 0);
    this.setNext(slot, this.#firstFree);
    this.#firstFree = slot;
    this.#count -= 1;
  }

  hash(slot: number): number {
    return this.#words[slot >> PAGE_BITS]![(slot & PAGE_MASK) * WORDS + HASH]!;
  }

  /** Epoch milliseconds from which on the item is gone. */
  expiresAt(slot: number): number {
    return this.#floats[slot >> PAGE_BITS]![(slot & PAGE_MASK) * (WORDS / 2) + EXPIRES_AT]!;
  }

  setExpiresAt(slot: number, time: number): void {
    this.#floats[slot >> PAGE_BITS]![(slot & PAGE_MASK) * (WORDS / 2) + EXPIRES_AT] = time;
  }

  /** Names the item on the disk. */
  recordId(slot: number): number {
    return this.#floats[slot >> PAGE_BITS]![(slot & PAGE_MASK) * (WORDS / 2) + RECORD_ID]!;
  }

  setRecordId(slot: number, id: number): void {
    this.#floats[slot >> PAGE_BITS]![(slot & PAGE_MASK) * (WORDS / 2) + RECORD_ID] = id;
  }

  /** The segment that holds the item's bytes, or NONE. */
  segment(slot: number): number {
    return this.#words[slot >> PAGE_BITS]![(slot & PAGE_MASK) * WORDS + SEGMENT]!;
  }

  /** Where in its segment the item starts. */
  offset(slot: number): number {
    return this.#words[slot >> PAGE_BITS]![(slot & PAGE_MASK) * WORDS + OFFSET]!;
  }

  setLocation(slot: number, segment: number, offset: number): void {
    const words = this.#words[slot >> PAGE_BITS]!;
    const at = (slot & PAGE_MASK) * WORDS;
    words[at + SEGMENT] = segment;
    words[at + OFFSET] = offset;
  }

  previous(slot: number): number {
    return this.#words[slot >> PAGE_BITS]![(slot & PAGE_MASK) * WORDS + PREVIOUS]!;
  }

  setPrevious(slot: number, value: number): void {
    this.#words[slot >> PAGE_BITS]![(slot & PAGE_MASK) * WORDS + PREVIOUS] = value;
  }

  next(slot: number): number {
    return this.#words[slot >> PAGE_BITS]![(slot & PAGE_MASK) * WORDS + NEXT]!;
  }

  setNext(slot: number, value: number): void {
    this.#words[slot >> PAGE_BITS]![(slot & PAGE_MASK) * WORDS + NEXT] = value;
  }

  /** How often the item was read since eviction last passed it, counted up to a few. */
  uses(slot: number): number {
    return this.#words[slot >> PAGE_BITS]![(slot & PAGE_MASK) * WORDS + USES]!;
  }

  setUses(slot: number, uses: number): void {
    this.#words[slot >> PAGE_BITS]![(slot & PAGE_MASK) * WORDS + USES] = uses;
  }

  #addPage(): void {
    const first = this.#words.length << PAGE_BITS;
    const memory = new ArrayBuffer(PAGE_BYTES);
    this.#words.push(new Int32Array(memory));
    this.#floats.push(new Float64Array(memory));
    for (let slot = first + PAGE_SLOTS - 1; slot >= first; slot--) {
      this.setLocation(slot, NONE, 0);
      this.setNext(slot, this.#firstFree);
      this.#firstFree = slot;
    }
  }
}
