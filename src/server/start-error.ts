/** Why a server cannot start, and what to do about it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
