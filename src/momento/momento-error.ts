import { AwsError } from '../lib/aws-error.js';
import type { ItemType } from './backend.js';

/** The gRPC status names that Momento's errors carry; HTTP statuses follow from them. */
export type MomentoStatus =
  | 'INVALID_ARGUMENT'
  | 'UNAUTHENTICATED'
  | 'PERMISSION_DENIED'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'FAILED_PRECONDITION'
  | 'RESOURCE_EXHAUSTED'
  | 'UNIMPLEMENTED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

/** HTTP status (documented) and the short label in error bodies (documented for the account API). */
const HTTP: Readonly<Record<MomentoStatus, { status: number; code: string }>> = {
  INVALID_ARGUMENT: { status: 400, code: 'Bad Request' },
  UNAUTHENTICATED: { status: 401, code: 'Unauthorized' },
  PERMISSION_DENIED: { status: 403, code: 'Forbidden' },
  NOT_FOUND: { status: 404, code: 'Not Found' },
  ALREADY_EXISTS: { status: 409, code: 'Conflict' },
  FAILED_PRECONDITION: { status: 400, code: 'Failed Precondition' },
  RESOURCE_EXHAUSTED: { status: 429, code: 'Too Many Requests' },
  UNIMPLEMENTED: { status: 501, code: 'Not Implemented' },
  UNAVAILABLE: { status: 503, code: 'Service Unavailable' },
  INTERNAL: { status: 500, code: 'Internal Server Error' },
};

/** An error of the cache that a client is to see, over either door. */
export class MomentoError extends AwsError {
  readonly grpcStatus: MomentoStatus;
  /** Momento's finer label, e.g. `item_size_limit_exceeded`: the `err` of bodies and trailers. */
  readonly err: string | undefined;

  constructor(grpcStatus: MomentoStatus, message: string, err?: string) {
    const { status, code } = HTTP[grpcStatus];
    super(code, message, { status, ...(err !== undefined && { members: { err } }) });
    this.grpcStatus = grpcStatus;
    this.err = err;
  }
}

export function invalidArgument(message: string): MomentoError {
  return new MomentoError('INVALID_ARGUMENT', message);
}

/** The words "Cache Not Found" tell it from a missing key (documented). */
export function cacheNotFound(name: string): MomentoError {
  return new MomentoError(
    'NOT_FOUND',
    `Cache Not Found: there is no cache named '${name}'. Create it, e.g. with: freshet caches create ${name}`,
    'cache_not_found',
  );
}

/** Hosted Momento answers 429 when a size limit is exceeded (documented). */
export function itemTooLarge(maxBytes: number): MomentoError {
  return new MomentoError(
    'RESOURCE_EXHAUSTED',
    `Key and value of an item may have ${maxBytes} bytes together; this one is larger. Store less under the key, or split it.`,
    'item_size_limit_exceeded',
  );
}

/** An operation for items of one type met one of another (inferred: which status the service answers). */
export function wrongType(wanted: ItemType, found: ItemType): MomentoError {
  return new MomentoError(
    'FAILED_PRECONDITION',
    `The item under this key is a ${found}, not a ${wanted}. Use another key, or delete the item first.`,
  );
}

/** A number is asked of a value that is none (recorded: the status). */
export function notANumber(): MomentoError {
  return new MomentoError(
    'FAILED_PRECONDITION',
    'The value is not a whole number of 64 bits, so nothing can be added to it. Set it to a number first.',
  );
}
