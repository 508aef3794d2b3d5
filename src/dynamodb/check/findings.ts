import type { Item } from '../../lib/attribute-value.js';

/** One thing that is not as it must be. */
export interface Finding {
  /** `table user`, `index user/byCity`, `stream …`: what it was found in. */
  where: string;
  /** The key of the item or entry, where it can be told. */
  key?: Item | string;
  problem: string;
}

/** How much was looked at. */
export interface Checked {
  tables: number;
  items: number;
  indexEntries: number;
  streams: number;
  records: number;
  backupItems: number;
}

/** Takes what the checks find. */
export class Findings {
  readonly checked: Checked = {
    tables: 0,
    items: 0,
    indexEntries: 0,
    streams: 0,
    records: 0,
    backupItems: 0,
  };
  count = 0;
  readonly #tell: (finding: Finding) => void;

  constructor(tell: (finding: Finding) => void) {
    this.#tell = tell;
  }

  add(where: string, problem: string, key?: Item | Buffer): void {
    this.count += 1;
    this.#tell({
      where,
      problem,
      ...(key !== undefined && { key: Buffer.isBuffer(key) ? `0x${key.toString('hex')}` : key }),
    });
  }
}
