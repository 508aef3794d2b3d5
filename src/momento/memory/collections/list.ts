import type { ListEnd } from '../../backend.js';
import { numberedPayload, type ByteText, type Collection, type ElementLog } from './collection.js';

/** An entry object, its place and a string header. */
const ENTRY_BYTES = 72;
/** Free places before the front that a new array begins with, at least. */
const LEAST_ROOM = 16;

interface Entry {
  readonly value: ByteText;
  readonly elementId: number;
  /** Grows from front to back; says where the element stands after a restart. */
  readonly place: number;
}

/** A list, quick at both ends. */
export class List implements Collection {
  readonly type = 'list';
  readonly #log: ElementLog;
  /** The elements, from `#front` on; what is before are free places. */
  #entries: (Entry | undefined)[] = [];
  #front = 0;
  #bytes = 0;
  #isSorted = true;

  constructor(log: ElementLog) {
    this.#log = log;
  }

  get size(): number {
    return this.#entries.length - this.#front;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The values of places `start` (inclusive) to `end` (exclusive). */
  slice(start: number, end: number): ByteText[] {
    this.#sort();
    return this.#entries.slice(this.#front + start, this.#front + end).map((entry) => entry!.value);
  }

  pushBack(value: ByteText): void {
    this.#sort();
    const last = this.#entries.at(-1);
    this.#entries.push(this.#make(value, last === undefined ? 0 : last.place + 1));
  }

  pushFront(value: ByteText): void {
    this.#sort();
    const first = this.#entries[this.#front];
    if (this.#front === 0) this.#makeRoom();
    this.#front -= 1;
    this.#entries[this.#front] = this.#make(value, first === undefined ? 0 : first.place - 1);
  }

  /** Removes and returns the element at an end of a list that is not empty. */
  pop(end: ListEnd): ByteText {
    this.#sort();
    const entry = end === 'back' ? this.#entries.pop()! : this.#entries[this.#front]!;
    if (end === 'front') {
      this.#entries[this.#front] = undefined;
      this.#front += 1;
      this.#closeGap();
    }
    this.#forget(entry);
    return entry.value;
  }

  /** Replaces the value at a place that there is. */
  set(place: number, value: ByteText): void {
    this.#sort();
    const before = this.#entries[this.#front + place]!;
    this.#log.replace(before.elementId, () => numberedPayload(before.place, value));
    this.#entries[this.#front + place] = { ...before, value };
    this.#bytes += value.length - before.value.length;
  }

  /** Keeps only elements for whose place and value `isKept` is true. */
  filter(isKept: (value: ByteText, place: number) => boolean): void {
    this.#sort();
    const before = this.#entries.slice(this.#front) as Entry[];
    this.#entries = before.filter((entry, place) => {
      if (isKept(entry.value, place)) return true;
      this.#forget(entry);
      return false;
    });
    this.#front = 0;
  }

  load(elementId: number, payload: Buffer): void {
    const value = payload.toString('latin1', 8);
    this.#entries.push({ value, elementId, place: payload.readDoubleBE(0) });
    this.#bytes += ENTRY_BYTES + value.length;
    // Elements come in the order in which they were written, not in that of their places.
    this.#isSorted = false;
  }

  *elementIds(): Generator<number> {
    for (let at = this.#front; at < this.#entries.length; at++) yield this.#entries[at]!.elementId;
  }

  #make(value: ByteText, place: number): Entry {
    this.#bytes += ENTRY_BYTES + value.length;
    return { value, place, elementId: this.#log.add(() => numberedPayload(place, value)) };
  }

  #forget(entry: Entry): void {
    this.#log.remove(entry.elementId);
    this.#bytes -= ENTRY_BYTES + entry.value.length;
  }

  #makeRoom(): void {
    const room = Math.max(LEAST_ROOM, this.#entries.length);
    this.#entries = new Array<Entry | undefined>(room).fill(undefined).concat(this.#entries);
    this.#front = room;
  }

  /** Gives places at the front back that a queue has left behind. */
  #closeGap(): void {
    if (this.#front < LEAST_ROOM || this.#front * 2 < this.#entries.length) return;
    this.#entries = this.#entries.slice(this.#front);
    this.#front = 0;
  }

  #sort(): void {
    if (this.#isSorted) return;
    (this.#entries as Entry[]).sort((a, b) => a.place - b.place);
    this.#isSorted = true;
  }
}
