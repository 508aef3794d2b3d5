/** Counts what was found and what was not. */
export class HitCounter {
  hits = 0;
  misses = 0;

  count<T>(found: T | undefined): T | undefined {
    if (found === undefined) this.misses += 1;
    else this.hits += 1;
    return found;
  }
}
