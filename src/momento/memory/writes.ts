const DONE = Promise.resolve();

/** The writes to the disk that one operation waits for. */
export class Writes {
  #pending: Promise<void>[] | undefined;

  /** `write` is undefined where nothing is kept. */
  add(write: Promise<void> | undefined): void {
    if (write !== undefined) (this.#pending ??= []).push(write);
  }

  /** Resolves when all are written; rejects when one cannot be. */
  written(): Promise<void> {
    return this.#pending === undefined ? DONE : Promise.all(this.#pending).then(nothing);
  }
}

function nothing(): void {
  // Only the fact counts.
}
