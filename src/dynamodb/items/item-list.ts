import type { StoredItem } from './stored-item.js';

const OPENING = Buffer.from('{"Items":[');
const COMMA = 0x2c;
const SLAB_BYTES = 256 * 1024;

/** Answers are put together here, one behind the other: a buffer for each would cost more than its bytes. */
let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
/** Where it is free from. */
let free = 0;

/**
 * The items of an answer as the JSON list `Items`, in UTF-8 as they are stored: they need be neither parsed
 * nor kept. To be made and finished without awaiting between, one at a time.
 */
export class ItemList {
  #bytes = slab;
  #start = free;
  #end = free;

  constructor() {
    const at = this.#reserve(OPENING.length);
    OPENING.copy(this.#bytes, at);
  }

  add(item: StoredItem): void {
    const at = this.#next(item.textLength);
    item.copyText(this.#bytes, at);
  }

  addText(text: string): void {
    const at = this.#next(Buffer.byteLength(text));
    this.#bytes.write(text, at);
  }

  /** The whole answer; `behind` is what follows the list, to the end of the object. */
  finish(behind: string): Buffer {
    const rest = `]${behind}`;
    const at = this.#reserve(Buffer.byteLength(rest));
    this.#bytes.write(rest, at);
    if (this.#bytes.length === SLAB_BYTES) {
      slab = this.#bytes;
      free = this.#end;
    }
    return this.#bytes.subarray(this.#start, this.#end);
  }

  /** Makes room for one more element; where it begins. */
  #next(length: number): number {
    if (this.#end === this.#start + OPENING.length) return this.#reserve(length);
    const at = this.#reserve(length + 1);
    this.#bytes[at] = COMMA;
    return at + 1;
  }

  #reserve(length: number): number {
    const at = this.#end;
    if (at + length > this.#bytes.length) return this.#move(length);
    this.#end = at + length;
    return at;
  }

  /** Goes on in a new slab, or in bytes of its own when it is large; where there is room for `length`. */
  #move(length: number): number {
    const at = this.#end - this.#start;
    const needed = at + length;
    const larger = Buffer.allocUnsafeSlow(needed <= SLAB_BYTES / 2 ? SLAB_BYTES : 2 * needed);
    this.#bytes.copy(larger, 0, this.#start, this.#end);
    this.#bytes = larger;
    this.#start = 0;
    this.#end = needed;
    return at;
  }
}
