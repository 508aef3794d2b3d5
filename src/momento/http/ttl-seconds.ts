import { MAX_TTL_MS } from '../limits.js';
import { invalidArgument } from '../momento-error.js';

const MAX_TTL_SECONDS = MAX_TTL_MS / 1000;
/** Durations above it (2001 as an epoch time) can only be points in time. */
const LEAST_EPOCH_SECONDS = 1_000_000_000;

/**
 * Reads `ttl_seconds` into milliseconds. Throws INVALID_ARGUMENT when it is missing, not a whole number, not
 * positive or beyond ten years; where it looks like an epoch time, as DynamoDB's TTL attributes hold, it says so.
 */
export function parseTtlSeconds(text: string | undefined): number {
  if (text === undefined || text === '')
    throw invalidArgument(
      'The query parameter ttl_seconds is missing or empty; set it to the seconds that the item is to live. If a pipe sends it, the item may lack the attribute that ttl_seconds is taken from.',
    );
  if (!/^-?\d+$/.test(text))
    throw invalidArgument(
      `ttl_seconds is '${text.slice(0, 40)}'; it must be a whole number of seconds, e.g. 300.`,
    );
  const seconds = Number(text);
  if (seconds <= 0)
    throw invalidArgument(`ttl_seconds is ${text.slice(0, 40)}; it must be 1 or more.`);
  if (seconds <= MAX_TTL_SECONDS) return seconds * 1000;
  if (seconds >= LEAST_EPOCH_SECONDS)
    throw invalidArgument(
      `ttl_seconds is ${text.slice(0, 40)}, which looks like an epoch time: DynamoDB's TTL attribute is a point in time, Momento's ttl_seconds is a duration. Take it from an attribute that holds a number of seconds.`,
    );
  throw invalidArgument(
    `ttl_seconds is ${text.slice(0, 40)}; it must be ${MAX_TTL_SECONDS} (ten years) or less.`,
  );
}
