/** Things that wait for their time, the earliest first: a binary heap. */
export class DueQueue<T> {
  /** Each element is due no later than its children at `2i + 1` and `2i + 2`. */
  readonly #heap: { due: number; value: T }[] = [];

  get size(): number {
    return this.#heap.length;
  }

  /** When the earliest is due; undefined when nothing waits. */
  get earliest(): number | undefined {
    return this.#heap[0]?.due;
  }

  push(value: T, due: number): void {
    const heap = this.#heap;
    const added = { due, value };
    let at = heap.length;
    heap.push(added);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.due <= due) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = added;
  }

  /** Removes and returns the earliest if it is due at `now`. */
  takeDue(now: number): T | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.due > now) return undefined;
    const last = this.#heap.pop()!;
    if (last !== first) this.#sink(last);
    return first.value;
  }

  /** Removes and returns all. */
  takeAll(): { due: number; value: T }[] {
    return this.#heap.splice(0);
  }

  #sink(moved: { due: number; value: T }): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.due < heap[child]!.due) child += 1;
      if (heap[child]!.due >= moved.due) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = moved;
  }
}
