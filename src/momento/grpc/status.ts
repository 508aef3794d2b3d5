import { Metadata, status, type StatusObject } from '@grpc/grpc-js';
import { silentLog, type Log } from '../../lib/log.js';
import { MomentoError } from '../momento-error.js';

/** An error that a client asked for, to see how it meets it. */
export class InjectedFault extends Error {
  /** gRPC's number. */
  readonly code: status;

  constructor(code: status) {
    super('The client asked for this error.');
    this.code = code;
  }
}

/** Over gRPC an error is a status; its finer label is the trailer `err` (recorded). */
export function statusOf(error: unknown, log: Log = silentLog): Partial<StatusObject> {
  if (error instanceof MomentoError) {
    const metadata = new Metadata();
    // `item_not_found` would mean something else to the SDK; a missing item is no status here anyway.
    if (error.err !== undefined) metadata.set('err', error.err);
    return { code: status[error.grpcStatus], details: error.message, metadata };
  }
  if (error instanceof InjectedFault) return { code: error.code, details: error.message };
  log.error('The cache failed by a fault of ours; please report it', { error });
  return { code: status.INTERNAL, details: 'The cache failed; the log of the server says why.' };
}
