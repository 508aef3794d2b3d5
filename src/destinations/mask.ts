import { encodeComponent } from './endpoint.js';

/** What stands where a secret was. */
export const MASK = '***';

/** A shorter text occurs in ordinary words by chance; masking it would only spoil them. */
const MIN_MASKED_LENGTH = 4;

/**
 * The texts by which secret values may be recognised: as they are, percent-encoded, as in a form, and escaped for JSON,
 * also within JSON that is a text in JSON; longer ones first, so that a secret that begins like another leaves no rest.
 */
export function secretTexts(values: readonly string[]): string[] {
  const texts = values
    .filter((value) => value.length >= MIN_MASKED_LENGTH)
    .flatMap((value) => [
      value,
      encodeComponent(value),
      new URLSearchParams([[value, '']]).toString().slice(0, -1),
      ...[escaped(value), asciiEscaped(value)].flatMap((text) => [
        text,
        escaped(text),
        escaped(escaped(text)),
      ]),
    ]);
  return [...new Set(texts)].sort((a, b) => b.length - a.length);
}

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** As programs write JSON that keep it to ASCII. */
function asciiEscaped(text: string): string {
  return escaped(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/**
 * Replaces secrets in text that people get to see: targets, above all those made for debugging, send back
 * what they were sent. With `cut` the text was broken off, maybe within a secret: its beginning at the very
 * end is masked too.
 */
export function maskSecrets(text: string, secrets: readonly string[], cut: boolean): string {
  let masked = text;
  for (const secret of secrets) masked = masked.replaceAll(secret, MASK);
  if (!cut) return masked;
  for (const secret of secrets) {
    for (let length = secret.length - 1; length > 0; length--) {
      if (masked.endsWith(secret.slice(0, length)))
        return masked.slice(0, masked.length - length) + MASK;
    }
  }
  return masked;
}
