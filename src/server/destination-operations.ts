import { AwsError } from '../lib/aws-error.js';
import type { DeliveryRequest, Destinations } from '../destinations/index.js';
import type { State } from '../state/index.js';

/** With the wait for the rate limit. */
const TEST_LIMIT_MS = 30_000;

export interface DestinationOperations {
  testDestination(name: string, request: object, signal: AbortSignal): Promise<object>;
}

/** API destinations, as Freshet's own API tries them. */
export function destinationOperations(
  state: Pick<State, 'apiDestinations'>,
  destinations: Destinations,
): DestinationOperations {
  return {
    async testDestination(name, asked, signal) {
      const request = requestOf(asked as Record<string, unknown>);
      const destination = await state.apiDestinations.get(name);
      if (destination === undefined)
        throw new AwsError(
          'NotFound',
          `There is no API destination '${name}'; 'aws events list-api-destinations' shows what there is.`,
          { status: 404 },
        );
      const attempt = await destinations.deliver(
        destination.arn,
        request,
        AbortSignal.any([signal, AbortSignal.timeout(TEST_LIMIT_MS)]),
      );
      const { outcome, status, reason, startedAt, durationMs, responseBody } = attempt;
      return {
        outcome,
        ...(reason !== '' && { reason }),
        request: attempt.sent?.show() ?? attempt.request,
        ...(status !== undefined && { response: { status, body: responseBody } }),
        startedAt,
        durationMs,
      };
    },
  };
}

function requestOf(asked: Record<string, unknown>): DeliveryRequest {
  const {
    pathParameters = [],
    queryStringParameters = {},
    headerParameters = {},
    body = '',
  } = asked;
  if (
    Array.isArray(pathParameters) &&
    pathParameters.every((one) => typeof one === 'string') &&
    isTexts(queryStringParameters) &&
    isTexts(headerParameters) &&
    typeof body === 'string'
  )
    return { pathParameters, queryStringParameters, headerParameters, body };
  throw new AwsError(
    'BadRequest',
    'Send a JSON object, perhaps with the members "pathParameters", a list of texts, "queryStringParameters" and "headerParameters", objects of texts, and "body", a text.',
  );
}

function isTexts(value: unknown): value is Record<string, string> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((one) => typeof one === 'string')
  );
}
