import type { StoredItem } from './stored-item.js';

const FIRST_BYTES = 64 * 1024;
const COMMA = 0x2c;

/** Where lists are put together, one after the other. */
let scratch = Buffer.allocUnsafeSlow(FIRST_BYTES);

/**
 * Items as the elements of a JSON list, in UTF-8 as they are stored: they need be neither parsed nor kept,
 * and a page costs one copy of its bytes. To be made and finished without awaiting between, one at a time.
 */
export class ItemList {
  #length = 0;

  add(item: StoredItem): void {
    const at = this.#reserve(item.textLength); // which may replace the scratch
    item.copyText(scratch, at);
  }

  addText(text: string): void {
    const at = this.#reserve(Buffer.byteLength(text));
    scratch.write(text, at);
  }

  /** The elements between what stands before and behind them. */
  finish(before: string, behind: string): Buffer {
    const start = Buffer.byteLength(before);
    const bytes = Buffer.allocUnsafe(start + this.#length + Buffer.byteLength(behind));
    bytes.write(before);
    scratch.copy(bytes, start, 0, this.#length);
    bytes.write(behind, start + this.#length);
    return bytes;
  }

  /** Makes room for one more element; where it begins. */
  #reserve(length: number): number {
    const isFirst = this.#length === 0;
    const at = isFirst ? 0 : this.#length + 1;
    if (at + length > scratch.length) {
      const larger = Buffer.allocUnsafeSlow(2 * (at + length));
      scratch.copy(larger, 0, 0, this.#length);
      scratch = larger;
    }
    if (!isFirst) scratch[at - 1] = COMMA;
    this.#length = at + length;
    return at;
  }
}
