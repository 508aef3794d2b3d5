/** Below so many taken elements the array is not worth moving. */
const MIN_COMPACT = 64;

/** A queue whose `shift` costs the same however long it is. */
export class Fifo<T> {
  #elements: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#elements.length - this.#head;
  }

  push(element: T): void {
    this.#elements.push(element);
  }

  /** All elements, first in first. */
  toArray(): T[] {
    return this.#elements.slice(this.#head) as T[];
  }

  /** How many elements are so. */
  count(isSo: (element: T) => boolean): number {
    let count = 0;
    for (let at = this.#head; at < this.#elements.length; at++)
      if (isSo(this.#elements[at]!)) count += 1;
    return count;
  }

  peek(): T | undefined {
    return this.#elements[this.#head];
  }

  /** Takes out all but those that are wanted. */
  retain(isWanted: (element: T) => boolean): void {
    const rest = this.#elements.slice(this.#head) as T[];
    this.#elements = rest.filter(isWanted);
    this.#head = 0;
  }

  shift(): T | undefined {
    if (this.#head === this.#elements.length) return undefined;
    const element = this.#elements[this.#head];
    this.#elements[this.#head] = undefined;
    this.#head += 1;
    if (this.#head === this.#elements.length) {
      this.#elements.length = 0;
      this.#head = 0;
    } else if (this.#head >= MIN_COMPACT && this.#head * 2 >= this.#elements.length) {
      this.#elements = this.#elements.slice(this.#head);
      this.#head = 0;
    }
    return element;
  }
}
