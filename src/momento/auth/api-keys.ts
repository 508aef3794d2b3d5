import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { systemClock, type Clock } from '../../lib/clock.js';
import { invalidArgument, MomentoError } from '../momento-error.js';
import { KeyFile, type KeyRecord } from './key-file.js';
import { checkScope, mayGrant, type Role, type Scope } from './scope.js';
import { readKey, refreshTokenOf, signKey, type Claims } from './signed-key.js';

/** A key that was chosen by whoever runs the server. A plain string may do everything. */
export interface ApiKey {
  key: string;
  role: Role;
}

/** Whoever sends a request. */
export interface Principal {
  scope: Scope;
  /** See {@link Claims.tokenId}. */
  tokenId?: string;
}

export interface ApiKeysOptions {
  keys: readonly (string | ApiKey)[];
  /** File of the signing secret and of the keys made; without it they go with the process. */
  file?: string;
  /** Lets any key in, and none: for a server that only its own machine can reach. */
  letAnyIn?: boolean;
  clock?: Clock;
}

/** What a key is made with. `validForSeconds` undefined: it never expires. */
export interface KeyRequest {
  scope: Scope;
  validForSeconds?: number;
  tokenId?: string;
  description?: string;
}

export interface MadeKey {
  id: string;
  key: string;
  refreshToken: string;
  /** Epoch seconds; undefined: never. */
  expiresAt: number | undefined;
}

/** User name that comes with a key in HTTP Basic authentication (in Momento's media documentation). */
const BASIC_USER = 'momento';
/** Credentials whose judgement is remembered. */
const MAX_REMEMBERED = 1000;
/** Documented. */
const MAX_TOKEN_ID_LENGTH = 64;
/** Disposable tokens live for an hour at most (documented). */
const MAX_DISPOSABLE_SECONDS = 3600;
const OWNER: Principal = { scope: 'owner' };

/** The API keys that the doors let in, and the making of more. */
export class ApiKeys {
  readonly #chosen: readonly { digest: Buffer; principal: Principal }[];
  readonly #file: KeyFile;
  readonly #letAnyIn: boolean;
  readonly #clock: Clock;
  /** By credential as it came. What is there may have expired since. */
  readonly #remembered = new Map<string, { principal: Principal; expiresAt: number }>();

  constructor(options: ApiKeysOptions) {
    this.#chosen = options.keys.map((given) => {
      const principal: Principal =
        typeof given === 'string' || given.role === 'readwrite'
          ? OWNER
          : {
              scope: [
                { on: 'caches', role: given.role },
                { on: 'topics', role: given.role },
              ],
            };
      return { digest: digestOf(unwrap(typeof given === 'string' ? given : given.key)), principal };
    });
    this.#file = new KeyFile(options.file);
    this.#letAnyIn = options.letAnyIn ?? false;
    this.#clock = options.clock ?? systemClock;
  }

  /**
   * Who sends a credential as it arrives: the key, `Bearer` or `Basic` before it, or Momento's wrapped form
   * (base64 of `{"endpoint", "api_key"}`). Throws UNAUTHENTICATED. How long that takes does not depend on how
   * much of a key is right.
   */
  authenticate(credential: string): Principal {
    const remembered = this.#remembered.get(credential);
    if (remembered !== undefined && remembered.expiresAt > this.#now()) return remembered.principal;
    const { principal, expiresAt = Infinity } = this.#judge(credential);
    if (this.#remembered.size >= MAX_REMEMBERED) this.#remembered.clear();
    this.#remembered.set(credential, { principal, expiresAt });
    return principal;
  }

  /** Keys that were made and are listed, oldest first. */
  list(): readonly KeyRecord[] {
    return this.#file.keys;
  }

  /**
   * Makes a key that is listed and can be revoked. Throws INVALID_ARGUMENT, and PERMISSION_DENIED when `by` may
   * not grant so much.
   */
  make(by: Principal, request: KeyRequest): MadeKey {
    const made = this.#sign(by, request);
    const { id, expiresAt } = made;
    this.#file.add({
      id,
      description: request.description ?? '',
      scope: request.scope,
      createdAt: this.#now(),
      ...(expiresAt !== undefined && { expiresAt }),
    });
    return made;
  }

  /** Makes a token that is not listed and soon expires. Throws as {@link make} does. */
  makeDisposable(by: Principal, request: KeyRequest & { validForSeconds: number }): MadeKey {
    if (request.validForSeconds > MAX_DISPOSABLE_SECONDS)
      throw invalidArgument(
        `A disposable token is valid for ${MAX_DISPOSABLE_SECONDS} seconds at most; ask for less, or make an API key.`,
      );
    if ((request.tokenId ?? '').length > MAX_TOKEN_ID_LENGTH)
      throw invalidArgument(
        `A token id has ${MAX_TOKEN_ID_LENGTH} characters at most; choose a shorter one.`,
      );
    return this.#sign(by, request);
  }

  /** Makes a key anew, valid for as long as at first. Throws UNAUTHENTICATED, INVALID_ARGUMENT. */
  refresh(key: string, refreshToken: string): MadeKey {
    const secret = unwrap(key);
    const claims = readKey(secret, this.#file.secret);
    if (claims === undefined || refreshToken !== refreshTokenOf(secret, this.#file.secret))
      throw invalidArgument(
        'The API key and the refresh token do not belong together. Send them as they were handed out.',
      );
    if (!this.#isValid(claims))
      throw unauthenticated('The API key has expired or was revoked. Make a new one.');
    return this.make(OWNER, {
      scope: claims.scope,
      ...(claims.validFor !== undefined && { validForSeconds: claims.validFor }),
    });
  }

  /** Revokes a listed key at once; false when there is none. */
  revoke(id: string): boolean {
    this.#remembered.clear();
    return this.#file.revoke(id, this.#now());
  }

  #judge(credential: string): { principal: Principal; expiresAt?: number } {
    const secret = unwrap(withoutScheme(credential.trim()));
    const digest = digestOf(secret);
    let known: Principal | undefined;
    for (const key of this.#chosen)
      if (timingSafeEqual(key.digest, digest) && secret !== '') known = key.principal;
    if (known !== undefined) return { principal: known };
    const claims = readKey(secret, this.#file.secret);
    if (claims !== undefined) {
      if (!this.#isValid(claims))
        throw unauthenticated('The API key has expired or was revoked. Use another one.');
      const { scope, tokenId, expiresAt } = claims;
      const principal = { scope, ...(tokenId !== undefined && { tokenId }) };
      return { principal, ...(expiresAt !== undefined && { expiresAt }) };
    }
    if (this.#letAnyIn) return { principal: OWNER };
    throw unauthenticated(
      secret === ''
        ? 'No credential is given. Send the API key in the Authorization header, or over HTTP as the query parameter token.'
        : 'The API key is not valid here. Compare it with the key of this server; a pipe takes it from its connection.',
    );
  }

  #isValid({ id, expiresAt = Infinity }: Claims): boolean {
    const isRevoked = this.#file.keys.some((key) => key.id === id && key.revokedAt !== undefined);
    return !isRevoked && expiresAt > this.#now();
  }

  #sign(by: Principal, { scope, validForSeconds, tokenId }: KeyRequest): MadeKey {
    checkScope(scope);
    if (
      validForSeconds !== undefined &&
      !(validForSeconds > 0 && Number.isInteger(validForSeconds))
    )
      throw invalidArgument(
        `A key cannot be valid for ${validForSeconds} seconds; give a whole number above 0, or let it never expire.`,
      );
    if (!mayGrant(by.scope, scope))
      throw new MomentoError(
        'PERMISSION_DENIED',
        'Insufficient permissions: the API key may not make keys of this scope. Use one that may do more.',
      );
    const id = randomBytes(9).toString('base64url');
    const expiresAt =
      validForSeconds === undefined ? undefined : Math.floor(this.#now()) + validForSeconds;
    const key = signKey(
      {
        id,
        scope,
        ...(expiresAt !== undefined && { expiresAt }),
        ...(validForSeconds !== undefined && { validFor: validForSeconds }),
        ...(tokenId !== undefined && tokenId !== '' && { tokenId }),
      },
      this.#file.secret,
    );
    return { id, key, refreshToken: refreshTokenOf(key, this.#file.secret), expiresAt };
  }

  /** Epoch seconds. */
  #now(): number {
    return this.#clock.now() / 1000;
  }
}

function unauthenticated(message: string): MomentoError {
  return new MomentoError('UNAUTHENTICATED', message);
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
