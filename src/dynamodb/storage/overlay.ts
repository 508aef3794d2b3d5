import type { Memtable, Write } from './memtable.js';

export interface Entry {
  key: Buffer;
  value: Buffer;
}

/** The writes of a range in several memtables, ascending, each key once. `tables`: the newest first. */
export function writesIn(tables: readonly Memtable[], start: Buffer, end: Buffer): Write[] {
  let merged: Write[] = [];
  for (const table of tables) {
    const older = table.range(start, end);
    if (merged.length === 0) merged = older;
    else if (older.length > 0) merged = merge(merged, older);
  }
  return merged;
}

/** Both ascending; of equal keys that of `newer` stays. */
function merge(newer: readonly Write[], older: readonly Write[]): Write[] {
  const merged: Write[] = [];
  let at = 0;
  for (const write of newer) {
    while (at < older.length) {
      const order = Buffer.compare(older[at]!.key, write.key);
      if (order > 0) break;
      if (order < 0) merged.push(older[at]!);
      at += 1;
    }
    merged.push(write);
  }
  while (at < older.length) merged.push(older[at++]!);
  return merged;
}

/**
 * Entries of the database with newer writes laid over them; all in the order of iteration. The bytes of
 * `entries` may be lent until the next step.
 */
export function* overlaid(
  entries: Iterable<Entry>,
  writes: readonly Write[],
  reverse: boolean,
): Generator<Entry> {
  const sign = reverse ? -1 : 1;
  let at = 0;
  for (const lent of entries) {
    let entry: Entry | undefined = lent;
    while (at < writes.length) {
      const { key, value } = writes[at]!;
      const order = sign * Buffer.compare(key, lent.key);
      if (order > 0) break;
      // Others are handed out before it: it must outlive what is read meanwhile.
      entry = order === 0 ? undefined : { key: lent.key, value: Buffer.from(lent.value) };
      at += 1;
      if (value) yield { key, value };
    }
    if (entry) yield entry;
  }
  for (; at < writes.length; at += 1) {
    const { key, value } = writes[at]!;
    if (value) yield { key, value };
  }
}
