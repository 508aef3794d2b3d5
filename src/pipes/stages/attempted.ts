import type { Attempt } from '../../destinations/index.js';
import { AwsError } from '../../lib/aws-error.js';
import type { Clock } from '../../lib/clock.js';

/** Makes a call inside this process an attempt like those over HTTP. Rejects only with faults of our own. */
export async function attempted(
  request: Attempt['request'],
  body: string,
  clock: Clock,
  call: () => Promise<unknown>,
): Promise<Attempt> {
  const startedAt = clock.now();
  const started = clock.monotonic();
  const end = (
    outcome: Attempt['outcome'],
    status: number | undefined,
    reason: string,
  ): Attempt => ({
    outcome,
    status,
    reason,
    retryAfterMs: undefined,
    startedAt,
    durationMs: clock.monotonic() - started,
    request,
    sent: { size: body.length, show: () => ({ ...request, headers: {}, body }) },
    responseBody: '',
  });
  try {
    await call();
    return end('delivered', 200, '');
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return end('retry', error.status, `${request.method}: ${error.code}: ${error.message}`);
  }
}
