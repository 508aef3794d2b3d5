/** Something that the engine cannot do without cannot be read; the message says what, and what to do. */
export class DamagedFolderError extends Error {
  override readonly name = 'DamagedFolderError';

  /** `what`: what cannot be read. */
  constructor(what: string, why: string) {
    super(`${what} cannot be read (${why}): restore the data folder from a copy.`);
  }
}

/** The JSON document that an entry holds. Throws DamagedFolderError with `what` it is. */
export function readDocument<T>(value: Buffer, what: string): T {
  try {
    return JSON.parse(value.toString()) as T;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new DamagedFolderError(what, error.message);
  }
}
