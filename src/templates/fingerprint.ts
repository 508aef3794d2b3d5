import { createHash, scrypt } from 'node:crypto';
import { promisify } from 'node:util';
import { isObject, type TemplateValue } from './value.js';

const SECRET_BYTES = 32;
const derive = promisify<string, string, number, Buffer>(scrypt);

/**
 * Tells whether properties are those of the last time, without keeping them. One over secrets takes time
 * to compute (scrypt, some 50 ms), so that it gives no short password away.
 */
export async function fingerprintOf(
  value: TemplateValue,
  { salt, isSecret }: { salt: string; isSecret: boolean },
): Promise<string> {
  const text = JSON.stringify(sorted(value));
  const digest = isSecret
    ? await derive(text, salt, SECRET_BYTES)
    : createHash('sha256').update(salt).update(text).digest();
  return digest.toString('base64url');
}

/** The same members in another order are the same. */
function sorted(value: TemplateValue): TemplateValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name]!)]));
}
