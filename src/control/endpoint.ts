import { AwsError } from '../lib/aws-error.js';

/** What an endpoint must look like (service model). Host and scheme are {@link checkEndpoint}'s. */
export const ENDPOINT = {
  min: 1,
  max: 2048,
  pattern: "^((%[0-9A-Fa-f]{2}|[-()_.!~*';/?:@\\x26=+$,A-Za-z0-9])+)([).!';/?:,])?$",
} as const;

/**
 * Refuses an endpoint that no request can be sent to: AWS wants https (documented); http is for the server's
 * policy to allow. `parameter` names the member in the error.
 */
export function checkEndpoint(
  parameter: string,
  endpoint: string,
  allowHttp: (url: URL) => boolean,
): void {
  const problem = problemOf(endpoint, allowHttp);
  if (problem !== undefined)
    throw new AwsError(
      'ValidationException',
      `Parameter ${parameter} is not valid. Reason: ${problem}`,
    );
}

function problemOf(endpoint: string, allowHttp: (url: URL) => boolean): string | undefined {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    return 'give a URL such as https://api.example.com/items/*.';
  if (url.username !== '' || url.password !== '')
    return 'it must hold no user name; a connection of type BASIC sends user name and password.';
  if (url.protocol === 'http:' && !allowHttp(url))
    return 'it must use https. http is for loopback addresses; start the server with --allow-http (FRESHET_ALLOW_HTTP=true) to allow it everywhere.';
  return undefined;
}
