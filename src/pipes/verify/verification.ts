import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Attempt, DeliveryRequest } from '../../destinations/index.js';
import type { Item } from '../../lib/attribute-value.js';
import type { Clock } from '../../lib/clock.js';
import type { ChangeRecord } from '../../streams/index.js';
import type { Row } from '../backfill/chunk.js';
import type { Inlet } from '../backfill/inlet.js';
import { itemRecord } from '../backfill/item-record.js';
import type { PipeDefinition } from '../definition.js';
import type { Delivery } from '../delivery/delivery.js';
import { itemKey } from '../pipe-record.js';
import { backoff } from '../retry.js';
import type { ShardReaders } from '../shard-readers.js';
import type { SourceTable } from '../source-table.js';
import type { ApiDestinationTarget } from '../stages/api-destination-target.js';
import { RequestError } from '../stages/stage.js';
import { Extras } from './extras.js';
import { sameContent } from './same-content.js';
import type { TargetKeys } from './target-keys.js';
import type { DifferenceKind, VerifyCounts, VerifyEvent } from './verify-event.js';

/** Items of one page: its differences are looked at again, and mended, before the next. */
const PAGE_ITEMS = 500;
/** Requests at once; they share the destination's rate limit with the pipe's deliveries. */
const MAX_LOOKS = 32;
/** An item that changed while it was looked at is looked at again so often. */
const MAX_ROUNDS = 4;
/** A target that does not answer is asked so often, with waits in between. */
const MAX_TRIES = 4;
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 5_000;
/** Characters of a body that are told. */
const MAX_TOLD = 1_024;

/** Statuses of a target that has nothing there. */
const GONE: ReadonlySet<number | undefined> = new Set([404, 410]);

export interface VerificationOptions {
  streamArn: string;
  /** Goes into the event IDs of what is sent again. */
  runId: string;
  definition: Pick<PipeDefinition, 'matches' | 'variablesAt' | 'deletesRemoved'>;
  target: ApiDestinationTarget;
  table: SourceTable;
  inlet: Pick<Inlet, 'admit' | 'abandon'>;
  readers: Pick<ShardReaders, 'handedOn' | 'settled'>;
  delivery: Pick<Delivery, 'whenFree'>;
  /** Undefined when the target cannot be listed. */
  keys: TargetKeys | undefined;
  clock: Clock;
  /** How long an item's changes may be under way before it is passed over. */
  settleMs: number;
  signal: AbortSignal;
}

/** What a look at the target found. */
type Finding =
  | { is: 'same' | 'filtered' }
  | { is: DifferenceKind; url: string; expected?: string; actual?: string }
  | { is: 'unknown'; reason: string };

type Difference = Extract<Finding, { url: string }>;

/** An item with what is wrong with it; undefined: it is not in the table. */
interface Wrong {
  keys: Item;
  finding: Difference;
}

/**
 * Compares what a pipe's target holds with what it should hold: what the pipe's filters and template make of the table.
 * What differs is looked at again when the item's changes are all done with, so that a change under way is no difference.
 */
export class Verification {
  readonly #options: VerificationOptions;
  readonly #extras: Extras | undefined;
  readonly #counts: VerifyCounts;

  constructor(options: VerificationOptions) {
    this.#options = options;
    const { keys, table, target } = options;
    this.#extras =
      keys === undefined
        ? undefined
        : new Extras({
            keys,
            pages: () => this.#pages(),
            count: () => table.count(),
            requestFor: (item) => this.#requestFor(item),
            requestOf: (record) => target.make(this.#inputOf(record)),
          });
    this.#counts = {
      checked: 0,
      filtered: 0,
      missing: 0,
      stale: 0,
      extra: 0,
      unknown: 0,
      repaired: 0,
      searched: this.#extras !== undefined,
    };
  }

  /** A change that the filters let through was read. */
  changed(record: ChangeRecord): void {
    this.#extras?.changed(record);
  }

  /** Tells what it finds; ends early when the signal aborts. With `repair` what is wrong is mended, and nothing else. */
  async *run(repair: boolean): AsyncGenerator<VerifyEvent> {
    const { table } = this.#options;
    const about = await table.count();
    for await (const items of this.#pages()) {
      yield* this.#verify(items, repair);
      if (this.#isStopped()) return;
      const { checked, filtered } = this.#counts;
      yield { type: 'progress', checked: checked + filtered, about };
    }
    yield* this.#searchExtras(repair);
    if (!this.#isStopped()) yield { type: 'end', ...this.#counts };
  }

  #isStopped(): boolean {
    return this.#options.signal.aborted;
  }

  async *#pages(): AsyncGenerator<Item[]> {
    const { table } = this.#options;
    let after: Item | undefined;
    do {
      const page = await table.page({ segment: 0, segments: 1, after, limit: PAGE_ITEMS });
      yield page.items;
      after = page.last;
    } while (after !== undefined && !this.#isStopped());
  }

  async *#verify(items: readonly Item[], repair: boolean): AsyncGenerator<VerifyEvent> {
    const { table } = this.#options;
    const looked = await atOnce(MAX_LOOKS, items, (item) => this.#look(table.keysOf(item), item));
    if (this.#isStopped()) return;
    const filtered = looked.filter(({ is }) => is === 'filtered').length;
    this.#counts.filtered += filtered;
    this.#counts.checked += looked.length - filtered;
    const suspects = items
      .filter((_, at) => !['same', 'filtered'].includes(looked[at]!.is))
      .map((item) => table.keysOf(item));
    const findings = await atOnce(MAX_LOOKS, suspects, (keys) => this.#confirm(keys));
    if (this.#isStopped()) return;
    const wrong: Wrong[] = [];
    for (const [at, finding] of findings.entries()) {
      const keys = suspects[at]!;
      if ('url' in finding) wrong.push({ keys, finding });
      else if (finding.is === 'unknown') {
        this.#counts.unknown += 1;
        yield { type: 'unknown', keys, reason: finding.reason };
      }
    }
    const repaired = repair ? await this.#repair(wrong.map(({ keys }) => keys)) : undefined;
    for (const { keys, finding } of wrong) {
      const { is: kind, ...what } = finding;
      this.#counts[kind] += 1;
      const isRepaired = repaired?.has(itemKey(keys));
      if (isRepaired) this.#counts.repaired += 1;
      yield {
        type: 'difference',
        kind,
        keys,
        ...what,
        ...(isRepaired !== undefined && { repaired: isRepaired }),
      };
    }
  }

  /** Looks at an item again, until nothing of it is under way and it did not change while the target was asked. */
  async #confirm(keys: Item): Promise<Finding> {
    const { table, readers, delivery } = this.#options;
    for (let round = 0; round < MAX_ROUNDS && !this.#isStopped(); round += 1) {
      const before = await table.get(keys);
      const isFree = await this.#inTime(
        async (timeUp) =>
          (await readers.handedOn(timeUp)) && (await delivery.whenFree(itemKey(keys), timeUp)),
      );
      if (!isFree) break;
      const finding = await this.#look(keys, before);
      if (isDeepStrictEqual(before, await table.get(keys))) return finding;
    }
    return {
      is: 'unknown',
      reason: 'its changes are still under way; verify again when the pipe has settled',
    };
  }

  /** Hands `wait` a signal that aborts when it has waited long enough. */
  async #inTime(wait: (timeUp: AbortSignal) => Promise<boolean>): Promise<boolean> {
    const { settleMs, signal } = this.#options;
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), settleMs);
    try {
      return await wait(AbortSignal.any([signal, limit.signal]));
    } finally {
      clearTimeout(timer);
    }
  }

  /** Compares the target with a state of an item; undefined: it is not in the table. */
  async #look(keys: Item, item: Item | undefined): Promise<Finding> {
    if (item === undefined) return this.#lookForRemoved(keys);
    const [first, ...others] = this.#recordsOf(keys, item);
    if (first === undefined) return { is: 'filtered' };
    let request: DeliveryRequest;
    try {
      request = this.#options.target.make(this.#inputOf(first));
    } catch (error) {
      if (error instanceof RequestError) return { is: 'unknown', reason: error.message };
      throw error;
    }
    const attempt = await this.#ask({ ...request, method: 'GET', wholeAnswer: true });
    const { url } = attempt.request;
    const expected = request.body.slice(0, MAX_TOLD);
    if (GONE.has(attempt.status)) return { is: 'missing', url, expected };
    if (attempt.outcome !== 'delivered') return { is: 'unknown', reason: attempt.reason };
    const answer = attempt.answer ?? '';
    const isSame =
      sameContent(attempt.unsentBody ?? '', answer) ||
      others.some((record) =>
        sameContent(this.#options.target.make(this.#inputOf(record)).body, answer),
      );
    if (isSame) return { is: 'same' };
    return { is: 'stale', url, expected, actual: attempt.responseBody };
  }

  async #lookForRemoved(keys: Item): Promise<Finding> {
    const { definition, target } = this.#options;
    const record = this.#record(keys, undefined);
    if (!definition.deletesRemoved || !definition.matches(record)) return { is: 'same' };
    const request = target.make(this.#inputOf(record));
    const attempt = await this.#ask({ ...request, method: 'GET', wholeAnswer: true });
    if (GONE.has(attempt.status)) return { is: 'same' };
    if (attempt.outcome !== 'delivered') return { is: 'unknown', reason: attempt.reason };
    return { is: 'extra', url: attempt.request.url, actual: attempt.responseBody };
  }

  /** Asks the target, again when that may help. */
  async #ask(request: DeliveryRequest): Promise<Attempt> {
    const { target, signal } = this.#options;
    for (let tries = 1; ; tries += 1) {
      const attempt = await target.call(request, signal);
      if (attempt.outcome !== 'retry' || tries === MAX_TRIES || this.#isStopped()) return attempt;
      const waitMs = Math.max(
        attempt.retryAfterMs ?? 0,
        backoff(tries, FIRST_WAIT_MS, MAX_WAIT_MS),
      );
      await delay(Math.min(waitMs, MAX_WAIT_MS));
    }
  }

  /** Sends items again, each in its turn; resolves to those that are right then, by their keys. */
  async #repair(wrong: readonly Item[]): Promise<Set<string>> {
    const { table, inlet, runId, signal } = this.#options;
    const repaired = new Set<string>();
    if (wrong.length === 0) return repaired;
    const sender = { runId, signal, pace: undefined };
    const read = async (): Promise<Row[]> =>
      Promise.all(
        wrong.map(async (keys) => ({ key: itemKey(keys), keys, item: await table.get(keys) })),
      );
    const abandon = (): void => inlet.abandon(sender);
    signal.addEventListener('abort', abandon, { once: true });
    try {
      const chunk = await inlet.admit(read, sender);
      await chunk?.settled;
    } finally {
      signal.removeEventListener('abort', abandon);
    }
    const findings = await atOnce(MAX_LOOKS, wrong, (keys) => this.#confirm(keys));
    for (const [at, { is }] of findings.entries())
      if (is === 'same') repaired.add(itemKey(wrong[at]!));
    return repaired;
  }

  async *#searchExtras(repair: boolean): AsyncGenerator<VerifyEvent> {
    const extras = this.#extras;
    if (extras === undefined) return;
    const { readers } = this.#options;
    for await (const candidates of extras.candidates()) {
      if (this.#isStopped()) return;
      // What was under way when they were listed has arrived then.
      if (!(await this.#inTime((timeUp) => readers.settled(timeUp)))) {
        if (this.#isStopped()) return;
        this.#counts.unknown += candidates.length;
        const reason = `${String(candidates.length)} keys may be extra, but changes are still under way; verify again when the pipe has settled`;
        yield { type: 'unknown', reason };
        continue;
      }
      for (const key of candidates) {
        const request = extras.requestOf(key);
        const attempt = await this.#ask({ ...request, method: 'GET', wholeAnswer: true });
        if (this.#isStopped()) return;
        if (attempt.outcome !== 'delivered' || extras.isChanged(key)) continue;
        this.#counts.extra += 1;
        const repaired = repair ? await this.#remove(key, extras) : undefined;
        if (repaired) this.#counts.repaired += 1;
        yield {
          type: 'difference',
          kind: 'extra',
          url: attempt.request.url,
          actual: attempt.responseBody,
          ...(repaired !== undefined && { repaired }),
        };
      }
    }
  }

  /** Removes what is no item; what has become one in the meantime is sent again. */
  async #remove(key: string, extras: Extras): Promise<boolean> {
    const attempt = await this.#ask({ ...extras.requestOf(key), method: 'DELETE' });
    const changed = extras.changedItem(key);
    if (changed !== undefined) await this.#repair([changed]);
    return attempt.outcome === 'delivered';
  }

  /** The records that may have brought an item's state to the target. */
  #recordsOf(keys: Item, item: Item): ChangeRecord[] {
    const insert = this.#record(keys, item);
    const modify: ChangeRecord = { ...insert, eventName: 'MODIFY' };
    return [insert, modify].filter((record) => this.#options.definition.matches(record));
  }

  #record(keys: Item, item: Item | undefined): ChangeRecord {
    const { streamArn, table, runId, clock } = this.#options;
    const options = { streamArn, viewType: table.viewType, runId };
    return itemRecord({ keys, item }, clock.now(), options);
  }

  #requestFor(item: Item): DeliveryRequest | undefined {
    try {
      const record = this.#record(this.#options.table.keysOf(item), item);
      return this.#options.target.make(this.#inputOf(record));
    } catch (error) {
      if (error instanceof RequestError) return undefined;
      throw error;
    }
  }

  #inputOf(record: ChangeRecord) {
    const { definition, clock } = this.#options;
    return { event: record, record, variables: definition.variablesAt(clock.now()) };
  }
}

/** What `work` makes of each element, with so many at once. */
async function atOnce<T, R>(
  most: number,
  elements: readonly T[],
  work: (element: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < elements.length) {
      const at = next++;
      results[at] = await work(elements[at]!);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, elements.length) }, worker));
  return results;
}
