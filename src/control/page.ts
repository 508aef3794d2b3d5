import { createHash } from 'node:crypto';
import { AwsError } from '../lib/aws-error.js';

/** Largest page, and the size of one when the caller does not say (reference: connections, section 1; pipes, 1.6). */
const MAX_PAGE = 100;
/** A token of ListPipes is good for a day (documented). */
const TOKEN_LIFE_MS = 24 * 60 * 60 * 1000;
const BAD_TOKEN =
  'The NextToken is not one of this listing: start from the first page, with the same parameters.';
const EXPIRED_TOKEN = 'The NextToken has expired: start again from the first page.';

/**
 * One page of a listing by name: reads on until `limit` resources pass `keep`. `NextToken` is opaque; it
 * says behind which name to go on, for which query, and since when.
 */
export async function pageOf<T extends { name: string }>(options: {
  list: (options: { prefix: string; after?: string; limit: number }) => Promise<T[]>;
  prefix: string | undefined;
  keep: (resource: T) => boolean;
  limit: number | undefined;
  nextToken: string | undefined;
  /** Everything that must stay the same between pages. */
  query: unknown;
  now: number;
  /** Makes the service's ValidationException. */
  refusal: (message: string) => AwsError;
}): Promise<{ resources: T[]; nextToken?: string }> {
  const { list, prefix = '', keep, limit = MAX_PAGE, nextToken, query, now } = options;
  let after: string | undefined;
  if (nextToken !== undefined) {
    after = readToken(nextToken, query, now);
    if (after === undefined) throw options.refusal(BAD_TOKEN);
  }
  const resources: T[] = [];
  for (;;) {
    const found = await list({ prefix, limit: MAX_PAGE, ...(after !== undefined && { after }) });
    for (const resource of found) {
      if (!keep(resource)) continue;
      if (resources.length === limit) {
        const last = resources.at(-1)!.name;
        return { resources, nextToken: makeToken(last, query, now) };
      }
      resources.push(resource);
    }
    if (found.length < MAX_PAGE) return { resources };
    after = found.at(-1)!.name;
  }
}

function makeToken(after: string, query: unknown, now: number): string {
  return Buffer.from(JSON.stringify([after, now, digest(query)])).toString('base64url');
}

/** The name to go on behind; undefined when the token is no good for this query. Throws InvalidToken when it is too old. */
function readToken(token: string, query: unknown, now: number): string | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const [after, at, asked] = Array.isArray(parts) ? (parts as unknown[]) : [];
  const good = typeof after === 'string' && typeof at === 'number' && asked === digest(query);
  if (!good) return undefined;
  // Status and code documented, the text ours.
  if (now - at > TOKEN_LIFE_MS) throw new AwsError('InvalidToken', EXPIRED_TOKEN);
  return after;
}

/** Stands for the query, which itself may be longer than a token. */
function digest(query: unknown): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url');
}
