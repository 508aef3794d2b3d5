import type { Clock } from '../lib/clock.js';
import type { OpenConnection } from './connection.js';
import { BEGINNING, Exchange } from './exchange.js';
import { explainFailure } from './failure.js';
import type { Origin } from './origin.js';
import { buildTokenRequest, parseTokenResponse } from './token-request.js';
import type { Token } from './token-request.js';
import type { TimeLimits } from './time-limits.js';

/** Tokens are texts of a few kilobytes at most; a longer answer is none. */
const MAX_TOKEN_RESPONSE_CHARACTERS = 65_536;

/**
 * Asks the token endpoint of an OAuth connection for a token. A text instead says why there is none. Token
 * requests are not counted by any rate limit (inferred).
 */
export async function fetchToken(
  connection: OpenConnection,
  context: { clock: Clock; timeLimits: TimeLimits; origin(origin: string): Origin },
): Promise<Token | string> {
  const failed = (why: string): string =>
    `the connection "${connection.name}" got no token: ${why}`;
  if (!connection.oauth)
    return failed('it has no OAuth parameters; update it with OAuthParameters');
  const built = buildTokenRequest(connection.oauth);
  if (typeof built === 'string') return failed(built);

  const origin = context.origin(built.origin);
  const client = origin.open();
  const exchange = await new Promise<Exchange>((resolve) => {
    const started: Exchange = new Exchange(
      {
        written: () => undefined,
        settled: () => resolve(started),
        gone: () => origin.discard(client),
      },
      { ...BEGINNING, characters: MAX_TOKEN_RESPONSE_CHARACTERS },
    );
    const options = { timeLimits: context.timeLimits, connectionClose: false };
    started.start(client, built.method, built.request, options);
  });
  const { error, phase, bytes, status = 0 } = exchange;
  if (error) {
    const timeLimitMs = context.timeLimits.limitMs;
    return failed(
      explainFailure(error, { origin: built.origin, phase, timeLimitMs, bytes }).reason,
    );
  }
  const token = parseTokenResponse(status, await exchange.text(), context.clock.now());
  return (
    token ??
    failed(
      status >= 200 && status < 300
        ? 'the answer of its token endpoint holds no access_token; check the AuthorizationEndpoint'
        : `its token endpoint answered ${status}; check the OAuth client and its parameters`,
    )
  );
}
