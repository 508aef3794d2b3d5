import type { Item } from '../../lib/attribute-value.js';
import { itemSize, itemToText } from '../values/index.js';

const SIZE_BYTES = 4;

/**
 * An item as the store holds it: its size by DynamoDB's rules (4 bytes), then its canonical JSON text.
 * Whoever only passes it on splices the text, whoever looks into it parses it, once.
 */
export class StoredItem {
  #bytes: Buffer;
  #item: Item | undefined;

  /** `bytes` may be valid only until the next read of the store; see {@link retain}. */
  constructor(bytes: Buffer, item?: Item) {
    this.#bytes = bytes;
    this.#item = item;
  }

  static of(item: Item): StoredItem {
    return StoredItem.ofText(itemToText(item), itemSize(item), item);
  }

  static ofText(text: string, size: number, item?: Item): StoredItem {
    const bytes = Buffer.allocUnsafe(SIZE_BYTES + Buffer.byteLength(text));
    bytes.writeUInt32BE(size, 0);
    bytes.write(text, SIZE_BYTES, 'utf8');
    return new StoredItem(bytes, item);
  }

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Bytes by DynamoDB's rules. */
  get size(): number {
    return this.#bytes.readUInt32BE(0);
  }

  get text(): string {
    return this.#bytes.toString('utf8', SIZE_BYTES);
  }

  get item(): Item {
    return (this.#item ??= JSON.parse(this.text) as Item);
  }

  /** UTF-8 bytes of {@link text}. */
  get textLength(): number {
    return this.#bytes.length - SIZE_BYTES;
  }

  /** Copies the text's UTF-8 bytes into `target`. */
  copyText(target: Buffer, at: number): void {
    this.#bytes.copy(target, at, SIZE_BYTES);
  }

  /** Whether both hold the same bytes. Items may be equal and differ here, in the order of attributes. */
  sameBytes(other: StoredItem): boolean {
    return this.#bytes.equals(other.#bytes);
  }

  /** Makes it independent of later reads. */
  retain(): this {
    this.#bytes = Buffer.from(this.#bytes);
    return this;
  }
}
