import { bytesOf, type ByteText, type Collection, type ElementLog } from './collection.js';

/** A map's entry, a place in the list and a string header. */
const ENTRY_BYTES = 88;

interface Entry {
  readonly elementId: number;
  place: number;
}

/** A set; its elements also stand in a list, so that some can be drawn by chance. */
export class ElementSet implements Collection {
  readonly type = 'set';
  readonly #log: ElementLog;
  readonly #entries = new Map<ByteText, Entry>();
  readonly #list: ByteText[] = [];
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

  has(element: ByteText): boolean {
    return this.#entries.has(element);
  }

  add(element: ByteText): void {
    if (this.#entries.has(element)) return;
    this.#insert(
      element,
      this.#log.add(() => bytesOf(element)),
    );
  }

  remove(element: ByteText): void {
    const entry = this.#entries.get(element);
    if (entry === undefined) return;
    this.#log.remove(entry.elementId);
    this.#entries.delete(element);
    this.#bytes -= ENTRY_BYTES + element.length;
    const last = this.#list.pop()!;
    if (last === element) return;
    this.#list[entry.place] = last;
    this.#entries.get(last)!.place = entry.place;
  }

  elements(): readonly ByteText[] {
    return this.#list;
  }

  /** At most `limit` different elements by chance. */
  sample(limit: number): ByteText[] {
    if (limit >= this.#list.length) return [...this.#list];
    // Floyd's: as many draws as elements are wanted, each new.
    const places = new Set<number>();
    for (let upper = this.#list.length - limit; upper < this.#list.length; upper++) {
      const place = Math.floor(Math.random() * (upper + 1));
      places.add(places.has(place) ? upper : place);
    }
    return Array.from(places, (place) => this.#list[place]!);
  }

  load(elementId: number, payload: Buffer): void {
    this.#insert(payload.toString('latin1'), elementId);
  }

  *elementIds(): Generator<number> {
    for (const { elementId } of this.#entries.values()) yield elementId;
  }

  #insert(element: ByteText, elementId: number): void {
    this.#entries.set(element, { elementId, place: this.#list.length });
    this.#list.push(element);
    this.#bytes += ENTRY_BYTES + element.length;
  }
}
