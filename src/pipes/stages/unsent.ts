import type { Attempt } from '../../destinations/index.js';
import { reasonOf, RequestError } from './stage.js';

/**
 * What cannot be sent is an attempt too. A RequestError is the fault of the definition or of the event; anything else is
 * one of ours, and the record is tried again.
 */
export function unsentAttempt(error: unknown, now: number): Attempt {
  return {
    outcome: error instanceof RequestError ? 'rejected' : 'retry',
    status: undefined,
    reason: reasonOf(error),
    retryAfterMs: undefined,
    startedAt: now,
    durationMs: 0,
    request: { method: '', url: '' },
    responseBody: '',
  };
}
