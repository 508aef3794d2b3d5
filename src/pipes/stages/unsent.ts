import type { Attempt } from '../../destinations/index.js';
import { RequestError } from './stage.js';

/**
 * What cannot be sent is an attempt too. A RequestError is the fault of the definition or of the event; anything else is
 * one of ours, and the record is tried again.
 */
export function unsentAttempt(error: unknown, now: number): Attempt {
  const known = error instanceof RequestError;
  return {
    outcome: known ? 'rejected' : 'retry',
    status: undefined,
    reason: known ? error.message : 'Internal error: see the log.',
    retryAfterMs: undefined,
    startedAt: now,
    durationMs: 0,
    request: { method: '', url: '' },
    responseBody: '',
  };
}
