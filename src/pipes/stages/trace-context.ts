import { createHash, randomBytes } from 'node:crypto';

const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;
const SPAN_BYTES = 8;

/**
 * A `traceparent` header (W3C Trace Context, version 00, sampled). All requests for one record are of one trace, whose id
 * is the record's eventID where that has the form, so that a trace is found by it; each request is a span of its own.
 */
export function traceparent(eventID: string): string {
  const traceId = TRACE_ID.test(eventID)
    ? eventID
    : createHash('sha256').update(eventID).digest('hex').slice(0, 32);
  return `00-${traceId}-${randomBytes(SPAN_BYTES).toString('hex')}-01`;
}
