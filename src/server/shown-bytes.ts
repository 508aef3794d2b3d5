import { AwsError } from '../lib/aws-error.js';

/** Bytes in JSON: as text where they are text, else as base64. */
export type ShownBytes = { text: string } | { base64: string };

export function shownBytes(bytes: Buffer): ShownBytes {
  const text = bytes.toString('utf8');
  return Buffer.from(text, 'utf8').equals(bytes) ? { text } : { base64: bytes.toString('base64') };
}

/** The bytes that a member of a request shows. Throws BadRequest. */
export function bytesShown(value: unknown, member: string): Buffer {
  const { text, base64 } = (value ?? {}) as Record<string, unknown>;
  if (typeof text === 'string' && base64 === undefined) return Buffer.from(text, 'utf8');
  if (typeof base64 === 'string' && text === undefined && /^[A-Za-z0-9+/]*={0,2}$/.test(base64))
    return Buffer.from(base64, 'base64');
  throw new AwsError(
    'BadRequest',
    `"${member}" must be {"text": "…"}, or {"base64": "…"} for bytes that are no text.`,
  );
}
