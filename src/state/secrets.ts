import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import type { Sealed } from './resources.js';
import { SECRET_KEY_BYTES } from './secret-key.js';
import type { Secrets } from './state.js';

const ALGORITHM = 'aes-256-gcm';
/** The length for which GCM is made; random ones are safe for 2^32 texts a key (NIST SP 800-38D, 8.3). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Layout of a sealed text: `1.<key id>.<base64 of nonce, cipher text, tag>`. */
const VERSION = '1';
const KEY_ID_BYTES = 8;

/** Seals with AES-256-GCM and a random nonce. The key's id, which tells nothing of it, goes with each text. */
export class KeySecrets implements Secrets {
  readonly #key: Buffer;
  readonly #keyId: string;

  /** Throws when the key is not of 32 bytes. */
  constructor(key: Buffer) {
    if (key.length !== SECRET_KEY_BYTES)
      throw new Error(
        `The key that seals secrets must have ${String(SECRET_KEY_BYTES)} bytes, not ${String(key.length)}.`,
      );
    this.#key = key;
    this.#keyId = createHmac('sha256', key)
      .update('freshet key id')
      .digest()
      .subarray(0, KEY_ID_BYTES)
      .toString('hex');
  }

  seal(plainText: string): Sealed {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(this.#associatedData());
    const parts = [nonce, cipher.update(plainText, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return { sealed: `${VERSION}.${this.#keyId}.${Buffer.concat(parts).toString('base64')}` };
  }

  open({ sealed }: Sealed): string {
    const [version, keyId, text, ...rest] = sealed.split('.');
    const bytes = Buffer.from(text ?? '', 'base64');
    if (version !== VERSION || rest.length > 0 || bytes.length < NONCE_BYTES + TAG_BYTES)
      throw new Error('This is no text that Freshet has sealed: give the secret again.');
    if (keyId !== this.#keyId)
      throw new Error(
        'The secret was sealed with another key: restore the key file it was sealed with, or give the secret again.',
      );
    const nonce = bytes.subarray(0, NONCE_BYTES);
    const tag = bytes.subarray(-TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.#key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(this.#associatedData());
    decipher.setAuthTag(tag);
    const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    try {
      return Buffer.concat([plain, decipher.final()]).toString('utf8');
    } catch (cause) {
      throw new Error('The sealed secret was changed since it was sealed: give it again.', {
        cause,
      });
    }
  }

  #associatedData(): Buffer {
    return Buffer.from(`${VERSION}.${this.#keyId}`);
  }
}
