import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** A JSON document in a file that only its owner may read. */
export class PrivateFile<Content> {
  readonly #path: string;
  /** What to do when it cannot be read, e.g. `mend it, or remove it`. */
  readonly #advice: string;

  constructor(path: string, advice: string) {
    this.#path = path;
    this.#advice = advice;
  }

  /** Undefined when there is no such file; throws when it cannot be read. */
  read(): Content | undefined {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as Content;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new Error(`${this.#path} cannot be read; ${this.#advice}.`, { cause: error });
    }
  }

  /** Replaces it at one stroke: a reader finds the old document or the new one. */
  write(content: Content): void {
    const temporary = `${this.#path}.new`;
    writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, this.#path);
  }
}
