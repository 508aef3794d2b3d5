import { AwsError } from '../../lib/aws-error.js';
import { validationError } from '../errors.js';

/** Documented: an iterator can be used for 15 minutes. */
const LIFETIME_MS = 15 * 60 * 1000;

/** A place in a shard, as clients carry it around. */
export interface ShardIterator {
  streamArn: string;
  shardId: string;
  /** Sequence number behind which to read. */
  after: number;
  /** Epoch milliseconds. */
  issuedAt: number;
}

/** `arn|1|…`, as the service's look. */
export function encodeShardIterator({ streamArn, ...rest }: ShardIterator): string {
  const place = Buffer.from(JSON.stringify([rest.shardId, rest.after, rest.issuedAt]));
  return `${streamArn}|1|${place.toString('base64')}`;
}

/** Throws ValidationException when it is none, ExpiredIteratorException when it is too old. */
export function decodeShardIterator(text: string, now: number): ShardIterator {
  const [streamArn, version, encoded] = text.split('|');
  const place = version === '1' ? parsePlace(encoded ?? '') : undefined;
  if (!place) throw validationError('Invalid ShardIterator');
  if (now - place.issuedAt > LIFETIME_MS)
    throw new AwsError(
      'ExpiredIteratorException',
      'The provided iterator exceeds the maximum age allowed.', // documented
    );
  return { streamArn: streamArn!, ...place };
}

function parsePlace(encoded: string): Omit<ShardIterator, 'streamArn'> | undefined {
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(encoded, 'base64').toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(place) || place.length !== 3) return undefined;
  const [shardId, after, issuedAt] = place as unknown[];
  if (typeof shardId !== 'string' || !Number.isSafeInteger(after) || !Number.isFinite(issuedAt))
    return undefined;
  return { shardId, after: after as number, issuedAt: issuedAt as number };
}
