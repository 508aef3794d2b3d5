import { MAX_REASON_CHARACTERS, shortened } from './state-reason.js';

/** Failures that are over sooner than that are nobody's business. */
const FAILING_AFTER_MS = 1_000;
/** Shortest time between two texts, or two counts of dead letters. */
const REPORT_GAP_MS = 10_000;

/** What is to be told, once, when it changes. */
export type HealthEvent =
  | { type: 'failing'; text: string }
  | { type: 'still failing'; text: string }
  | { type: 'recovered'; failedForMs: number }
  | { type: 'gave up'; records: number; reason: string };

interface Failing {
  failingSince: number | undefined;
}

/**
 * Turns attempts into the few things worth saying: a pipe fails when one record has failed for a while,
 * or was given up and none was delivered since; it has recovered when neither holds any more. Pure.
 */
export class Health {
  /** Records that failed and are not finished, longest failing first. */
  readonly #failing = new Set<Failing>();
  #reason = '';
  #gaveUpSinceDelivery = 0;
  #gaveUpUntold = 0;
  #gaveUpReason = '';
  #gaveUpToldAt = -Infinity;
  /** Since when the pipe is said to fail; undefined while it is not. */
  #failingSince: number | undefined;
  #text = '';
  #textAt = -Infinity;

  /** Whether `tick` has something to watch. */
  get active(): boolean {
    return this.#failing.size > 0 || this.#failingSince !== undefined || this.#gaveUpUntold > 0;
  }

  /** A record's attempt failed; it will be tried again. */
  failed(record: Failing, reason: string, now: number): void {
    this.#reason = reason;
    if (record.failingSince !== undefined) return;
    record.failingSince = now;
    this.#failing.add(record);
  }

  delivered(record: Failing): void {
    this.#gaveUpSinceDelivery = 0;
    if (record.failingSince !== undefined) this.#failing.delete(record);
  }

  /** A record became a dead letter. */
  gaveUp(record: Failing, reason: string): void {
    this.#reason = reason;
    this.#gaveUpReason = reason;
    this.#gaveUpSinceDelivery += 1;
    this.#gaveUpUntold += 1;
    if (record.failingSince !== undefined) this.#failing.delete(record);
  }

  /** What is to be told at `now` (epoch milliseconds), with `waiting` records not finished. */
  tick(now: number, waiting: number): HealthEvent[] {
    const events: HealthEvent[] = [];
    if (this.#gaveUpUntold > 0 && now - this.#gaveUpToldAt >= REPORT_GAP_MS) {
      events.push({ type: 'gave up', records: this.#gaveUpUntold, reason: this.#gaveUpReason });
      this.#gaveUpUntold = 0;
      this.#gaveUpToldAt = now;
    }
    const [oldest] = this.#failing;
    const stuck = oldest !== undefined && now - oldest.failingSince! >= FAILING_AFTER_MS;
    if (stuck || this.#gaveUpSinceDelivery > 0) {
      const text = this.#describe(waiting);
      const first = this.#failingSince === undefined;
      if (first || (text !== this.#text && now - this.#textAt >= REPORT_GAP_MS)) {
        events.push({ type: first ? 'failing' : 'still failing', text });
        this.#failingSince ??= oldest?.failingSince ?? now;
        this.#text = text;
        this.#textAt = now;
      }
    } else if (this.#failingSince !== undefined) {
      events.push({ type: 'recovered', failedForMs: now - this.#failingSince });
      this.#failingSince = undefined;
    }
    return events;
  }

  #describe(waiting: number): string {
    const counts = [
      ...(waiting > 0 ? [`${records(waiting)} ${waiting === 1 ? 'waits' : 'wait'}`] : []),
      ...(this.#gaveUpSinceDelivery > 0
        ? [
            `${records(this.#gaveUpSinceDelivery)} kept as ` +
              (this.#gaveUpSinceDelivery === 1 ? 'a dead letter' : 'dead letters'),
          ]
        : []),
    ].join(', ');
    const room = MAX_REASON_CHARACTERS - 'Deliveries fail: ; '.length - counts.length;
    return `Deliveries fail: ${shortened(this.#reason, room).replace(/\.$/, '')}; ${counts}`;
  }
}

function records(count: number): string {
  return count === 1 ? '1 record' : `${count} records`;
}
