import { createHash } from 'node:crypto';
import { AwsError } from '../../lib/aws-error.js';
import type { Engine } from '../engine.js';
import { tokenKey, tokenWindow, TOKEN_WINDOW_MS } from '../storage/keyspace.js';

/** What is kept of a transaction under its token. */
interface KeptToken {
  digest: string;
  /** Epoch milliseconds. */
  at: number;
}

/**
 * Whether the same request was carried out under the same token within ten minutes. Throws when it was
 * another request.
 */
export function isRepeated(
  { store, clock }: Engine,
  token: string | undefined,
  request: unknown,
): boolean {
  if (token === undefined) return false;
  const now = clock.now();
  for (const window of [tokenWindow(now), tokenWindow(now) - 1]) {
    const bytes = store.readLatest(tokenKey(window, token));
    if (!bytes) continue;
    const kept = JSON.parse(bytes.toString()) as KeptToken;
    if (now - kept.at > TOKEN_WINDOW_MS) continue;
    if (kept.digest !== digestOf(request))
      throw new AwsError(
        'IdempotentParameterMismatchException',
        'The provided ClientRequestToken was used with different parameters',
      );
    return true;
  }
  return false;
}

/** Notes, with the batch at hand, that the request is carried out under its token. */
export function keepToken(
  { store, clock }: Engine,
  token: string | undefined,
  request: unknown,
): void {
  if (token === undefined) return;
  const at = clock.now();
  const kept: KeptToken = { digest: digestOf(request), at };
  store.put(tokenKey(tokenWindow(at), token), Buffer.from(JSON.stringify(kept)));
}

function digestOf(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('base64');
}
