import { createHash } from 'node:crypto';

/**
 * The hash by which conditional writes compare values: opaque to clients, equal for equal values. SHA-1,
 * because Valkey and Redis can work it out beside the value.
 */
export function hashOf(value: Uint8Array): Buffer {
  return createHash('sha1').update(value).digest();
}
