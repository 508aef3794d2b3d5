import type { ByteText, Collection, ElementLog } from './collection.js';

/** A map's entry, the entry object and two string headers. */
const ENTRY_BYTES = 136;

interface Entry {
  value: ByteText;
  readonly elementId: number;
}

export class Dictionary implements Collection {
  readonly type = 'dictionary';
  readonly #log: ElementLog;
  readonly #entries = new Map<ByteText, Entry>();
  #bytes = 0;

  constructor(log: ElementLog) {
    this.#log = log;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(field: ByteText): ByteText | undefined {
    return this.#entries.get(field)?.value;
  }

  set(field: ByteText, value: ByteText): void {
    const entry = this.#entries.get(field);
    if (entry === undefined) {
      const elementId = this.#log.add(() => payloadOf(field, value));
      this.#insert(field, { value, elementId });
      return;
    }
    this.#log.replace(entry.elementId, () => payloadOf(field, value));
    this.#bytes += value.length - entry.value.length;
    entry.value = value;
  }

  remove(field: ByteText): void {
    const entry = this.#entries.get(field);
    if (entry === undefined) return;
    this.#log.remove(entry.elementId);
    this.#entries.delete(field);
    this.#bytes -= ENTRY_BYTES + field.length + entry.value.length;
  }

  *pairs(): Generator<[field: ByteText, value: ByteText]> {
    for (const [field, { value }] of this.#entries) yield [field, value];
  }

  load(elementId: number, payload: Buffer): void {
    const valueStart = 4 + payload.readUInt32BE(0);
    const field = payload.toString('latin1', 4, valueStart);
    this.#insert(field, { value: payload.toString('latin1', valueStart), elementId });
  }

  *elementIds(): Generator<number> {
    for (const { elementId } of this.#entries.values()) yield elementId;
  }

  #insert(field: ByteText, entry: Entry): void {
    this.#entries.set(field, entry);
    this.#bytes += ENTRY_BYTES + field.length + entry.value.length;
  }
}

function payloadOf(field: ByteText, value: ByteText): Buffer {
  const payload = Buffer.allocUnsafe(4 + field.length + value.length);
  payload.writeUInt32BE(field.length, 0);
  payload.write(field, 4, 'latin1');
  payload.write(value, 4 + field.length, 'latin1');
  return payload;
}
