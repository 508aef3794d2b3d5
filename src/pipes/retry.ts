import type { Attempt } from '../destinations/index.js';
import type { DeadLetter, PipeSourceParameters } from '../state/index.js';

/** Upper bound of the first wait: short, so that a target that was only restarted is served at once. */
const FIRST_WAIT_MS = 50;
/** Upper bound of every wait (reference: pipes, section 7). Retry-After may ask for more. */
export const MAX_WAIT_MS = 60_000;
/** Doublings after which the bound is reached anyway; keeps the power small however many tries there were. */
const MAX_DOUBLINGS = 20;

/** When a pipe gives a record up. Infinity: never. */
export interface RetryLimits {
  /** Tries after the first one. */
  retryAttempts: number;
  /** Milliseconds since the record was written. */
  recordAgeMs: number;
}

export type Verdict =
  | { action: 'done' }
  /** `firm`: the target itself asked to wait so long. */
  | { action: 'retry'; waitMs: number; firm: boolean }
  | { action: 'give up'; condition: DeadLetter['condition'] };

/** The limits of a pipe's source; -1 and absent mean without limit. */
export function retryLimits(source: PipeSourceParameters): RetryLimits {
  const { MaximumRetryAttempts = -1, MaximumRecordAgeInSeconds = -1 } =
    source.DynamoDBStreamParameters;
  return {
    retryAttempts: MaximumRetryAttempts < 0 ? Infinity : MaximumRetryAttempts,
    recordAgeMs: MaximumRecordAgeInSeconds < 0 ? Infinity : MaximumRecordAgeInSeconds * 1000,
  };
}

/** Whether a record is too old to be sent (again). */
export function isExpired(limits: RetryLimits, writtenAt: number, now: number): boolean {
  return now - writtenAt > limits.recordAgeMs;
}

/** Milliseconds until `isExpired` is true; the clock counts whole ones. Infinity: never. */
export function expiresIn(limits: RetryLimits, writtenAt: number, now: number): number {
  return Math.max(0, writtenAt + limits.recordAgeMs + 1 - now);
}

/**
 * What to do after an attempt. What trying again will not help is given up at once, as RetryAttemptsExhausted:
 * AWS documents both that and retrying it up to the limits (reference: API destinations, section 5; inferred).
 *
 * @param tries how often the record was sent, this attempt included
 * @param random a number from 0 to 1
 * @param setbacks failures before its first try that lengthen the wait
 */
export function judge(
  limits: RetryLimits,
  attempt: Pick<Attempt, 'outcome' | 'retryAfterMs'>,
  tries: number,
  random: number,
  setbacks = 0,
): Verdict {
  if (attempt.outcome === 'delivered') return { action: 'done' };
  const { retryAfterMs } = attempt;
  // A negative Retry-After asks to stop trying (documented for API destinations).
  const pointless =
    attempt.outcome === 'rejected' || (retryAfterMs !== undefined && retryAfterMs < 0);
  if (pointless || tries > limits.retryAttempts)
    return { action: 'give up', condition: 'RetryAttemptsExhausted' };
  const waitMs = backoff(tries + setbacks, FIRST_WAIT_MS, MAX_WAIT_MS) * random;
  if (retryAfterMs !== undefined && retryAfterMs > waitMs)
    return { action: 'retry', waitMs: retryAfterMs, firm: true };
  return { action: 'retry', waitMs, firm: false };
}

/** The upper bound of the wait after `failures` failures in a row: doubles from `first` up to `max`. */
export function backoff(failures: number, first: number, max: number): number {
  return Math.min(max, first * 2 ** Math.min(failures - 1, MAX_DOUBLINGS));
}

/** Between half of a wait and all of it: what failed together does not come again together. */
export function jittered(waitMs: number): number {
  return waitMs * (0.5 + Math.random() / 2);
}
