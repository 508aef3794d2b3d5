/** The three date forms of HTTP (RFC 9110, 5.6.7); `Date.parse` alone accepts almost anything. */
const HTTP_DATE =
  /^(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;
const SECONDS = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * Reads a Retry-After header: milliseconds to wait from `now` (epoch milliseconds); negative when the header
 * holds a negative number, which asks not to retry (AWS's rule); undefined when it is neither a number of
 * seconds nor an HTTP date. A date in the past is no wait.
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (SECONDS.test(text)) return Math.round(Number(text) * 1000);
  if (!HTTP_DATE.test(text)) return undefined;
  // The asctime form carries no zone; it is GMT like the others.
  const time = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
}
