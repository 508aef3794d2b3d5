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

/** Entries of the database with newer writes laid over them; all in the order of iteration. */
export function* overlaid(
  entries: Iterable<Entry>,
  writes: readonly Write[],
  reverse: boolean,
): Generator<Entry> {
  const sign = reverse ? -1 : 1;
  let at = 0;
  for (const entry of entries) {
    let isReplaced = false;
    while (at < writes.length) {
      const order = sign * Buffer.compare(writes[at]!.key, entry.key);
      if (order > 0) break;
      isReplaced = order === 0;
      const { key, value } = writes[at]!;
      at += 1;
      if (value) yield { key, value };
    }
    if (!isReplaced) yield entry;
  }
  for (; at < writes.length; at += 1) {
    const { key, value } = writes[at]!;
    if (value) yield { key, value };
  }
}
