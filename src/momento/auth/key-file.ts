import { randomBytes } from 'node:crypto';
import { PrivateFile } from '../../lib/private-file.js';
import type { Scope } from './scope.js';

/** An API key that was made, as it is listed: the key itself is nowhere. */
export interface KeyRecord {
  id: string;
  description: string;
  scope: Scope;
  /** Epoch seconds. */
  createdAt: number;
  /** Epoch seconds; absent: never. */
  expiresAt?: number;
  /** Epoch seconds; absent: not. */
  revokedAt?: number;
}

interface Content {
  secret: string;
  keys: KeyRecord[];
}

const SECRET_BYTES = 32;

/** The secret that signs keys and the list of keys made, in a file that only its owner may read. */
export class KeyFile {
  readonly secret: Buffer;
  readonly #file: PrivateFile<Content> | undefined;
  readonly #keys: KeyRecord[];

  /** Reads the file, or makes one; without a path everything is gone with the process. */
  constructor(path?: string) {
    this.#file =
      path === undefined
        ? undefined
        : new PrivateFile(path, 'mend it, or remove it and make the keys anew');
    const content = this.#file?.read();
    this.secret =
      content === undefined ? randomBytes(SECRET_BYTES) : Buffer.from(content.secret, 'base64');
    this.#keys = content?.keys ?? [];
    if (content === undefined) this.#write();
  }

  get keys(): readonly KeyRecord[] {
    return this.#keys;
  }

  add(key: KeyRecord): void {
    this.#keys.push(key);
    this.#write();
  }

  /** False when there is no such key. */
  revoke(id: string, now: number): boolean {
    const key = this.#keys.find((each) => each.id === id);
    if (key === undefined) return false;
    key.revokedAt ??= now;
    this.#write();
    return true;
  }

  #write(): void {
    this.#file?.write({ secret: this.secret.toString('base64'), keys: this.#keys });
  }
}
