import type { DeadLetter } from '../state/index.js';
import type { PipeRecord } from './pipe-record.js';

/** Digits of epoch milliseconds until the year 2286, so that ids sort by time. */
const TIME_DIGITS = 13;

/** What is kept of a record that a pipe gives up at `now` (epoch milliseconds). */
export function makeDeadLetter(
  pipeName: string,
  record: PipeRecord,
  condition: DeadLetter['condition'],
  now: number,
): DeadLetter {
  const { lastFailure } = record;
  return {
    pipeName,
    id: `${String(now).padStart(TIME_DIGITS, '0')}-${record.record.eventID}`,
    condition,
    reason: reasonFor(record, condition, now),
    attempts: record.tries,
    failedAt: now,
    shardId: record.shardId,
    record: record.record,
    // A request that could not be made has no address.
    ...(lastFailure !== undefined &&
      lastFailure.request.url !== '' && { request: lastFailure.request }),
    ...(lastFailure?.status !== undefined && {
      response: { status: lastFailure.status, body: lastFailure.responseBody },
    }),
  };
}

function reasonFor(record: PipeRecord, condition: DeadLetter['condition'], now: number): string {
  const last = record.lastFailure?.reason;
  if (condition === 'RetryAttemptsExhausted') return last ?? '';
  const age = `Older than MaximumRecordAgeInSeconds: written ${Math.round((now - record.writtenAt) / 1000)} s ago`;
  return last === undefined ? `${age}, never sent.` : `${age}. Last failure: ${last}`;
}
