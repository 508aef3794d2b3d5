import type { Clock } from '../lib/clock.js';
import { secretTexts } from './mask.js';
import type { Token } from './token-request.js';

/** Fetches a new token; a text instead says why there is none. */
export type FetchToken = () => Promise<Token | string>;

/**
 * The token of one OAuth connection, shared by all that send with it (reference: connections and API
 * destinations, section 3.2). It is fetched when one is needed, not in the background.
 */
export class TokenSource {
  readonly #fetch: FetchToken;
  readonly #clock: Clock;
  #token: Token | undefined;
  #fetching: Promise<string | undefined> | undefined;
  #masked: { authorization: string; texts: readonly string[] } | undefined;

  constructor(fetch: FetchToken, clock: Clock) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** Value of the Authorization header; undefined when a token has to be fetched first. */
  authorization(): string | undefined {
    const token = this.#token;
    return token !== undefined && this.#clock.now() < token.renewAt
      ? token.authorization
      : undefined;
  }

  /** The texts by which the token of an Authorization header may be recognised, to be masked. */
  secretTexts(authorization: string): readonly string[] {
    if (this.#masked?.authorization !== authorization)
      this.#masked = { authorization, texts: secretTexts([authorization.replace(/^\S+ /, '')]) };
    return this.#masked.texts;
  }

  /** The target refused this token: it is not used again. */
  reject(authorization: string): void {
    if (this.#token?.authorization === authorization) this.#token = undefined;
  }

  /** Fetches a token, once for all who wait. Resolves to undefined, or to the reason why there is none. */
  renew(): Promise<string | undefined> {
    this.#fetching ??= this.#renew().finally(() => (this.#fetching = undefined));
    return this.#fetching;
  }

  async #renew(): Promise<string | undefined> {
    const token = await this.#fetch();
    if (typeof token === 'string') return token;
    this.#token = token;
    return undefined;
  }
}
