import type { ByteText } from './collection.js';

export interface Scored {
  readonly value: ByteText;
  readonly score: number;
}

/** A part is cut in two above it. */
const MAX_PART = 512;

/** By score, equal scores by the bytes of the value. */
export function compareScored(a: Scored, b: Scored): number {
  if (a.score !== b.score) return a.score < b.score ? -1 : 1;
  return a.value === b.value ? 0 : a.value < b.value ? -1 : 1;
}

/**
 * Elements in order, in parts of bounded length: adding, removing and finding a rank pass over the parts, of
 * which there are few, and search one of them by halves.
 */
export class ScoreOrder<T extends Scored> {
  readonly #parts: T[][] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(element: T): void {
    this.#size += 1;
    if (this.#parts.length === 0) {
      this.#parts.push([element]);
      return;
    }
    const number = this.#partOf(element);
    const part = this.#parts[number]!;
    part.splice(placeIn(part, element), 0, element);
    if (part.length > MAX_PART) this.#parts.splice(number + 1, 0, part.splice(part.length >> 1));
  }

  /** Removes an element that is there. */
  remove(element: T): void {
    const number = this.#partOf(element);
    const part = this.#parts[number]!;
    part.splice(placeIn(part, element), 1);
    if (part.length === 0) this.#parts.splice(number, 1);
    this.#size -= 1;
  }

  /** How many elements stand before a place in the order, whether or not an element is there. */
  countBefore(place: Scored): number {
    if (this.#parts.length === 0) return 0;
    const number = this.#partOf(place);
    let count = placeIn(this.#parts[number]!, place);
    for (let i = 0; i < number; i++) count += this.#parts[i]!.length;
    return count;
  }

  /** The elements of ranks `start` (inclusive) to `end` (exclusive), ascending. */
  slice(start: number, end: number): T[] {
    const found: T[] = [];
    let first = 0;
    for (const part of this.#parts) {
      if (first >= end) break;
      const last = first + part.length;
      if (last > start)
        for (let i = Math.max(start - first, 0); i < Math.min(end - first, part.length); i++)
          found.push(part[i]!);
      first = last;
    }
    return found;
  }

  /** The first part whose last element is not before the place; the last part when there is none. */
  #partOf(place: Scored): number {
    let low = 0;
    let high = this.#parts.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (compareScored(this.#parts[middle]!.at(-1)!, place) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The place in a part before which all elements are smaller. */
function placeIn(part: readonly Scored[], place: Scored): number {
  let low = 0;
  let high = part.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareScored(part[middle]!, place) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
