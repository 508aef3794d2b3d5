import assert from 'node:assert/strict';

/** By item, the versions that one run of the pipe delivered, in the order of their arrival. */
export type Run = Map<string, number[]>;

/**
 * Each run must have delivered a stretch of the item's history without a gap, which begins at the latest
 * behind what the runs before it have delivered; together they must have delivered all.
 */
export function checkItem(item: string, history: readonly number[], runs: readonly Run[]): void {
  let delivered = 0;
  for (const [at, run] of runs.entries()) {
    const versions = run.get(item);
    if (!versions) continue;
    const start = history.indexOf(versions[0]!);
    assert.ok(start >= 0 && start <= delivered, `${item}: run ${at} leaves a gap`);
    assert.deepEqual(versions, history.slice(start, start + versions.length), `${item}, run ${at}`);
    delivered = Math.max(delivered, start + versions.length);
  }
  assert.equal(delivered, history.length, `${item}: all is delivered`);
}
