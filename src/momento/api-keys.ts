import { createHash, timingSafeEqual } from 'node:crypto';

/** What a request wants to do. */
export type Action = 'read' | 'write';
/** What a key may do. Momento's roles for caches and topics. */
export type Role = 'readwrite' | 'readonly' | 'writeonly';
/** 401, when the key is not known; 403, when it is, but not for this action. */
export type Verdict = 'ok' | 'unauthenticated' | 'forbidden';

export interface ApiKey {
  key: string;
  role: Role;
}

/** User name that comes with a key in HTTP Basic authentication (in Momento's media documentation). */
const BASIC_USER = 'momento';

/** The API keys that the doors let in. */
export class ApiKeys {
  readonly #keys: readonly { digest: Buffer; role: Role }[];

  /** A plain string is a key that may read and write. Keys may be given wrapped, as in {@link verify}. */
  constructor(keys: readonly (string | ApiKey)[]) {
    this.#keys = keys.map((given) => {
      const { key, role } =
        typeof given === 'string' ? { key: given, role: 'readwrite' as const } : given;
      return { digest: digestOf(unwrap(key)), role };
    });
  }

  /**
   * Judges a credential as it arrives: the key, `Bearer` or `Basic` before it, or Momento's wrapped form
   * (base64 of `{"endpoint", "api_key"}`). How long it takes does not depend on how much of a key is right.
   */
  verify(credential: string, action: Action): Verdict {
    const secret = unwrap(withoutScheme(credential.trim()));
    if (secret === '') return 'unauthenticated';
    const digest = digestOf(secret);
    let role: Role | undefined;
    for (const key of this.#keys) if (timingSafeEqual(key.digest, digest)) role = key.role;
    if (role === undefined) return 'unauthenticated';
    return role === 'readwrite' || role === `${action}only` ? 'ok' : 'forbidden';
  }
}

function withoutScheme(credential: string): string {
  const [, scheme, rest] = /^(bearer|basic) +(.*)$/i.exec(credential) ?? [];
  if (scheme === undefined) return credential;
  if (scheme.toLowerCase() === 'bearer') return rest!;
  const decoded = Buffer.from(rest!, 'base64').toString();
  return decoded.startsWith(`${BASIC_USER}:`) ? decoded.slice(BASIC_USER.length + 1) : '';
}

/** The secret inside a wrapped key; any other text as it is. */
function unwrap(key: string): string {
  // Base64 of a JSON object begins so; nothing else is worth the attempt.
  if (!/^e[wy]/.test(key)) return key;
  try {
    const inner = JSON.parse(Buffer.from(key, 'base64').toString()) as Record<
      string,
      unknown
    > | null;
    if (typeof inner?.endpoint === 'string' && typeof inner.api_key === 'string')
      return inner.api_key;
  } catch (error) {
    // A JWT begins like a wrapped key and is none.
    if (!(error instanceof SyntaxError)) throw error;
  }
  return key;
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
