const MASK = '****';
/** Shorter ones stand in too many texts by chance, and no service gives out such keys. */
const MIN_LENGTH = 4;

/** Values that must not be shown, and texts without them. */
export class Secrets {
  readonly #values = new Set<string>();

  /** From now on the value is masked, also as it stands in JSON, in URLs and in base64. */
  add(value: string): void {
    if (value.length < MIN_LENGTH) return;
    const bytes = Buffer.from(value);
    for (const form of [
      value,
      JSON.stringify(value).slice(1, -1),
      encodeURIComponent(bytes.toString()),
      bytes.toString('base64'),
    ])
      this.#values.add(form);
  }

  mask(text: string): string {
    // The longest first: a secret may hold another one.
    const values = [...this.#values].sort((a, b) => b.length - a.length);
    return values.reduce((masked, value) => masked.replaceAll(value, MASK), text);
  }

  /** What stands for a value that is a secret as a whole. */
  readonly masked = MASK;
}
