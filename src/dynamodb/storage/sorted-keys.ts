/** New keys gather unsorted up to this number; see {@link SortedKeys}. */
const MAX_TAIL = 128;

/**
 * A growing set of keys that can be read in order at any time, without ever sorting all of them at once:
 * new keys gather in a tail, full tails become runs, and neighbouring runs of like length are merged, so
 * that there are few.
 */
export class SortedKeys {
  /** Each ascending; longer ones first. */
  readonly #runs: string[][] = [];
  /** Ascending up to {@link #sortedTail}. */
  #tail: string[] = [];
  #sortedTail = 0;

  /** `key` must be new. */
  add(key: string): void {
    this.#tail.push(key);
    if (this.#tail.length < MAX_TAIL) return;
    let run = this.#tail.sort(); // by code units
    this.#tail = [];
    this.#sortedTail = 0;
    while (this.#runs.length > 0 && this.#runs.at(-1)!.length < 2 * run.length)
      run = merge(this.#runs.pop()!, run);
    this.#runs.push(run);
  }

  /** The keys from `start` up to, not including, `end`, ascending. */
  range(start: string, end: string): string[] {
    this.#sortTail();
    let found: string[] = [];
    for (const run of [...this.#runs, this.#tail]) {
      const from = lowerBound(run, start, run.length);
      const to = lowerBound(run, end, run.length);
      if (from === to) continue;
      const part = run.slice(from, to);
      found = found.length === 0 ? part : merge(found, part);
    }
    return found;
  }

  /** All keys, ascending; to be read while none is added. */
  *all(): Generator<string> {
    this.#sortTail();
    const runs = [...this.#runs, this.#tail].filter((run) => run.length > 0);
    const at = runs.map(() => 0);
    while (runs.length > 0) {
      let least = 0;
      for (let run = 1; run < runs.length; run += 1)
        if (runs[run]![at[run]!]! < runs[least]![at[least]!]!) least = run;
      yield runs[least]![at[least]!]!;
      at[least]! += 1;
      if (at[least] === runs[least]!.length) {
        runs.splice(least, 1);
        at.splice(least, 1);
      }
    }
  }

  #sortTail(): void {
    const tail = this.#tail;
    for (; this.#sortedTail < tail.length; this.#sortedTail += 1) {
      const key = tail[this.#sortedTail]!;
      const to = lowerBound(tail, key, this.#sortedTail);
      tail.copyWithin(to + 1, to, this.#sortedTail);
      tail[to] = key;
    }
  }
}

/** Where the first of the first `length` keys that is not below `key` stands. */
function lowerBound(sorted: readonly string[], key: string, length: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

function merge(a: readonly string[], b: readonly string[]): string[] {
  if (a.at(-1)! < b[0]!) return a.concat(b);
  const merged: string[] = [];
  let at = 0;
  for (const key of a) {
    while (at < b.length && b[at]! < key) merged.push(b[at++]!);
    merged.push(key);
  }
  while (at < b.length) merged.push(b[at++]!);
  return merged;
}
