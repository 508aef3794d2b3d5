import type { Attempt, AttemptReceiver } from '../../destinations/index.js';

/** Takes secrets out of a text. */
export type Mask = NonNullable<Attempt['mask']>;

type Sent = NonNullable<Attempt['sent']>;

/** The attempt as people may see it when what was sent may hold another connection's secrets. */
function maskedAttempt(attempt: Attempt, mask: Mask): Attempt {
  const { method, url } = attempt.request;
  return {
    ...attempt,
    reason: mask(attempt.reason),
    request: { method, url: mask(url) },
    ...(attempt.sent && { sent: maskedSent(attempt.sent, mask) }),
    responseBody: mask(attempt.responseBody),
  };
}

/** Hands on to the receiver what it may see. */
export function maskedFor(receiver: AttemptReceiver, mask: Mask): AttemptReceiver {
  return {
    attempted: (attempt) => receiver.attempted(maskedAttempt(attempt, mask)),
    unmade: (error) => receiver.unmade(error),
  };
}

function maskedSent(sent: Sent, mask: Mask): Sent {
  return { size: sent.size, show: () => maskedRequest(sent.show(), mask) };
}

/** A request as people may see it, without a further connection's secrets. */
export function maskedRequest(request: ReturnType<Sent['show']>, mask: Mask): typeof request {
  const { method, url, headers, body } = request;
  const shown = Object.entries(headers).map(([name, value]) => [name, mask(value)] as const);
  return { method, url: mask(url), headers: Object.fromEntries(shown), body: mask(body) };
}
