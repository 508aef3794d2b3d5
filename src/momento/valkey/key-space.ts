/** Where a cache's items lie when nothing else is said. */
export const DEFAULT_KEY_FORMAT = '{cache}:{key}';

/** The keys of one cache's items on the server: plain, so that any client finds them. */
export class KeySpace {
  /** All keys of the cache, in the language of SCAN. */
  readonly pattern: string;
  readonly #before: Buffer;
  readonly #after: Buffer;

  /** `format` holds `{key}` once, and perhaps `{cache}`. */
  constructor(format: string, cacheName: string) {
    const [before, after] = format
      .split('{key}')
      .map((part) => part.replaceAll('{cache}', cacheName));
    this.#before = Buffer.from(before!);
    this.#after = Buffer.from(after!);
    this.pattern = `${escape(before!)}*${escape(after!)}`;
  }

  of(key: Uint8Array): Buffer {
    return Buffer.concat([this.#before, key, this.#after]);
  }

  strip(key: Buffer): Buffer {
    return key.subarray(this.#before.length, key.length - this.#after.length);
  }
}

/** Whether a format can name keys; without `{cache}` there can be one cache only. */
export function isKeyFormat(format: string): boolean {
  return format.split('{key}').length === 2;
}

function escape(text: string): string {
  return text.replace(/[*?[\]\\^-]/g, '\\$&');
}
