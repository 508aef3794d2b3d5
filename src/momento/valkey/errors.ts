import { MomentoError, notANumber } from '../momento-error.js';

const UNREACHABLE = 'The Valkey server cannot be reached';

/** An error of a Valkey or Redis server, or of the connection to it, as one of the cache. */
export function toMomentoError(error: unknown): MomentoError {
  if (error instanceof MomentoError) return error;
  const known = translate(error instanceof Error ? error.message : String(error));
  known.cause = error;
  return known;
}

/** Why a server does not start; `failure` is what became of its last connection. */
export function explainStart(error: unknown, failure: Error | undefined): Error {
  const told = toMomentoError(error);
  if (told.grpcStatus !== 'UNAVAILABLE') return told;
  const reason = reasonOf(failure);
  const explained = toMomentoError(failure ?? error);
  if (explained.grpcStatus !== 'UNAVAILABLE') return explained;
  return new MomentoError(
    'UNAVAILABLE',
    `${UNREACHABLE}${reason === '' ? '' : `: ${reason}`}. ${adviceOn(reason)}`,
  );
}

/** A cluster says why in the error of its last node. */
function reasonOf(failure: Error | undefined): string {
  if (failure === undefined) return '';
  const { lastNodeError } = failure as { lastNodeError?: Error };
  return (lastNodeError ?? failure).message;
}

function adviceOn(reason: string): string {
  if (/cluster support disabled/.test(reason))
    return 'It is no cluster: leave cluster=true out of --cache-backend.';
  if (/certificate|altnames|unable to verify/i.test(reason))
    return 'Name the certificate authority with ca=FILE in --cache-backend, and the host as its certificate does.';
  if (/wrong version number|packet length|EPROTO/.test(reason))
    return 'It speaks no TLS there: begin --cache-backend with valkey://, or give the port that does.';
  return 'Make sure that it runs where --cache-backend says, with TLS (valkeys://) if that is how it is spoken to.';
}

function translate(message: string): MomentoError {
  const said = message.slice(0, 200);
  if (message.includes('WRONGTYPE'))
    return new MomentoError(
      'FAILED_PRECONDITION',
      'The item under this key is of another type. Use another key, or delete the item first.',
    );
  if (/not an integer|would overflow|not a valid float/.test(message)) return notANumber();
  if (/^(NOAUTH|WRONGPASS|NOPERM)\b|invalid password|without any password configured/.test(message))
    return new MomentoError(
      'INTERNAL',
      `The Valkey server does not let Freshet in, or not do this: ${said}. Mend user and password in --cache-backend (valkey://user:password@host), or what that user may do.`,
    );
  if (/^(MOVED|ASK)\b/.test(message))
    return new MomentoError(
      'INTERNAL',
      `The Valkey server is a node of a cluster: ${said}. Add ?cluster=true to --cache-backend.`,
    );
  if (message.startsWith('OOM'))
    return new MomentoError(
      'RESOURCE_EXHAUSTED',
      "The Valkey server's memory is full. Give it more (maxmemory), or an eviction policy (maxmemory-policy).",
    );
  if (/^(LOADING|CLUSTERDOWN|TRYAGAIN|READONLY|MASTERDOWN|BUSY)\b/.test(message))
    return new MomentoError(
      'UNAVAILABLE',
      `The Valkey server cannot do this just now: ${said}. Try again in a moment.`,
    );
  // The answer of a server is upper-case at its start; anything else is about the connection.
  return /^(ERR|[A-Z]{3,})\b/.test(message)
    ? new MomentoError('INTERNAL', `The Valkey server refused the command: ${said}`)
    : new MomentoError(
        'UNAVAILABLE',
        `${UNREACHABLE}. Make sure that it runs where --cache-backend says.`,
      );
}
