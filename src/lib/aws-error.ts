/**
 * An error that a client is to see, in the original service's own type and words.
 *
 * Rooms throw it; the gateway turns it into the protocol's own error form. Anything else that is
 * thrown is our own fault and reaches the client as the service's internal error, without detail.
 */
export class AwsError extends Error {
  /** Error type without namespace, e.g. `ResourceNotFoundException`. */
  readonly code: string;
  /** HTTP status. JSON 1.0 and 1.1 services answer 400 for every client error. */
  readonly status: number;
  /** Further members of the error body, e.g. `CancellationReasons` or `fieldList`. */
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    message: string,
    options: { status?: number; members?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = options.status ?? 400;
    this.members = options.members ?? {};
  }
}

/** Whether `error` is an {@link AwsError} with this code (any code when none is given). */
export function isAwsError(error: unknown, code?: string): error is AwsError {
  return error instanceof AwsError && (code === undefined || error.code === code);
}
