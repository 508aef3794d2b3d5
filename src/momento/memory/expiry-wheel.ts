import { NONE, type Slots } from './slots.js';

/**
 * Finds expired items without looking at the others: a hierarchical timing wheel whose buckets are lists
 * through the slots. It reclaims memory; whether an item may still be read is decided on reading.
 */
const TICK_MS = 64;
const LEVELS = 4;
const LEVEL_BITS = 8;
const LEVEL_SIZE = 1 << LEVEL_BITS;
/** Ticks that one turn of each level takes: 16 s, 70 min, 12 days, 8.7 years. */
const TURNS = [2 ** 8, 2 ** 16, 2 ** 24, 2 ** 32] as const;

export class ExpiryWheel {
  readonly #slots: Slots;
  /** Time of tick 0. */
  readonly #origin: number;
  readonly #heads = new Int32Array(LEVELS * LEVEL_SIZE).fill(NONE);
  /** How many buckets of each level hold items. */
  readonly #busy = new Array<number>(LEVELS).fill(0);
  /** Items on the wheel. */
  #count = 0;
  /** The tick to work on next; all before it are done. */
  #tick = 0;

  constructor(slots: Slots, now: number) {
    this.#slots = slots;
    this.#origin = now;
  }

  /** Adds a slot under its expiry time. */
  insert(slot: number): void {
    this.#count += 1;
    this.#link(slot);
  }

  /** Takes a slot off the wheel, whatever its expiry time says by now. */
  remove(slot: number): void {
    this.#count -= 1;
    const previous = this.#slots.previous(slot);
    const next = this.#slots.next(slot);
    // The first of a bucket points back at the bucket, as a negative number.
    if (previous < 0) {
      this.#heads[~previous] = next;
      if (next === NONE) this.#busy[~previous >> LEVEL_BITS]! -= 1;
    } else this.#slots.setNext(previous, next);
    if (next !== NONE) this.#slots.setPrevious(next, previous);
  }

  /**
   * Calls `expired` for slots whose time has come, which must take them off the wheel. Does at most `budget`
   * steps; true when there is more to do at once.
   */
  advance(now: number, budget: number, expired: (slot: number) => void): boolean {
    const target = Math.floor((now - this.#origin) / TICK_MS);
    let left = budget;
    while (this.#tick <= target) {
      if (this.#count === 0) {
        this.#tick = target + 1;
        return false;
      }
      left = this.#cascade(left);
      const bucket = this.#tick % LEVEL_SIZE;
      while (left > 0 && this.#heads[bucket] !== NONE) {
        expired(this.#heads[bucket]!);
        left -= 1;
      }
      if (left <= 0) return true;
      this.#tick = Math.min(this.#nextBusyTick(), target + 1);
      left -= 1;
    }
    return false;
  }

  /** Moves what is due within a turn of a lower level down to it; returns what is left of the budget. */
  #cascade(budget: number): number {
    let left = budget;
    for (let level = LEVELS - 1; level > 0; level--) {
      if (this.#tick % spanOf(level) !== 0) continue;
      const bucket = bucketOf(level, this.#tick);
      while (left > 0 && this.#heads[bucket] !== NONE) {
        const slot = this.#heads[bucket]!;
        this.remove(slot);
        this.insert(slot);
        left -= 1;
      }
    }
    return left;
  }

  /** The next tick at which some bucket may have to be emptied; whole turns of empty levels are skipped. */
  #nextBusyTick(): number {
    let tick = this.#tick + 1;
    for (let level = 0; level < LEVELS; level++) {
      const span = spanOf(level);
      const turn = TURNS[level]!;
      if (this.#busy[level] === 0) {
        tick = Math.ceil(tick / turn) * turn;
        continue;
      }
      while (tick % turn !== 0 && this.#heads[bucketOf(level, tick)] === NONE) tick += span;
      return tick;
    }
    return tick;
  }

  #link(slot: number): void {
    const due = Math.ceil((this.#slots.expiresAt(slot) - this.#origin) / TICK_MS);
    // Beyond the last level an item waits in its farthest bucket and is put in again from there.
    const ahead = Math.min(Math.max(due - this.#tick, 0), TURNS[LEVELS - 1]! - 1);
    let level = 0;
    while (ahead >= TURNS[level]!) level += 1;
    const bucket = bucketOf(level, this.#tick + ahead);
    const head = this.#heads[bucket]!;
    this.#slots.setPrevious(slot, ~bucket);
    this.#slots.setNext(slot, head);
    if (head === NONE) this.#busy[level]! += 1;
    else this.#slots.setPrevious(head, slot);
    this.#heads[bucket] = slot;
  }
}

/** Ticks that one bucket of a level stands for. */
function spanOf(level: number): number {
  return level === 0 ? 1 : TURNS[level - 1]!;
}

function bucketOf(level: number, tick: number): number {
  return level * LEVEL_SIZE + (Math.floor(tick / spanOf(level)) % LEVEL_SIZE);
}
