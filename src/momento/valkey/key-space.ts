/** Where a cache's items lie when nothing else is said. */
export const DEFAULT_KEY_FORMAT = '{cache}:{key}';

/** The set of the caches' names, and the channel on which changes of it are told. */
export const NAMES = 'freshet:caches';
const NAMES_KEY = Buffer.from(NAMES);
const TOPIC_PREFIX = 'freshet:topic:';

/** The keys, and channels, of a cache's topics: `freshet:topic:{cache}:{topic}`. */
export function topicKeys(cacheName: string): KeySpace {
  return new KeySpace(`${TOPIC_PREFIX}${encodeURIComponent(cacheName)}:{key}`, '', { own: true });
}

/** The keys of one cache's items on the server: plain, so that any client finds them. */
export class KeySpace {
  /** All keys of the cache, in the language of SCAN. */
  readonly pattern: string;
  readonly #before: Buffer;
  readonly #after: Buffer;

  readonly #isOwn: boolean;

  /** `format` holds `{key}` once, and perhaps `{cache}`. `own`: keys of Freshet's own may be among these. */
  constructor(format: string, cacheName: string, { own = false } = {}) {
    this.#isOwn = own;
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

  /** Whether a key that matches the pattern is one of these: Freshet's own lie beside the items. */
  has(key: Buffer): boolean {
    return this.#isOwn || !(key.equals(NAMES_KEY) || key.indexOf(TOPIC_PREFIX) === 0);
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
