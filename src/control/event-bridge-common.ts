import { AwsError } from '../lib/aws-error.js';
import type { Checker, Members } from './checker.js';

/** Names of connections and API destinations (service model). */
export const NAME = { min: 1, max: 64, pattern: '[\\.\\-_A-Za-z0-9]+' } as const;
export const DESCRIPTION = { max: 512, pattern: '.*' } as const;
export const KMS_KEY = { max: 2048, pattern: '^[a-zA-Z0-9_\\-/:]*$' } as const;

/** Connections, and API destinations, of an account and region (documented quotas). */
const QUOTA = 3000;

/** Refuses one resource more than the quota allows (error type documented, its text inferred). */
export async function checkQuota(resources: {
  list: (options: { limit: number }) => Promise<unknown[]>;
}): Promise<void> {
  if ((await resources.list({ limit: QUOTA })).length >= QUOTA)
    throw new AwsError(
      'LimitExceededException',
      `The request failed because it attempted to create resource beyond the allowed service quota: ${String(QUOTA)} of a kind. Delete one first.`,
    );
}

/** The members that every List operation has. */
export function checkList(
  checker: Checker,
  members: Members,
): { limit: number | undefined; nextToken: string | undefined; namePrefix: string | undefined } {
  return {
    namePrefix: checker.string(members, 'NamePrefix', 'namePrefix', NAME),
    nextToken: checker.string(members, 'NextToken', 'nextToken', { min: 1, max: 2048 }),
    limit: checker.integer(members, 'Limit', 'limit', { min: 1, max: 100 }),
  };
}

/** Texts recorded from AWS for Describe; the other verbs by analogy. */
export function notFound(
  what: 'connection' | 'api-destination',
  name: string,
  verb: string,
): AwsError {
  const thing = what === 'connection' ? `Connection '${name}'` : `An api-destination '${name}'`;
  return new AwsError(
    'ResourceNotFoundException',
    `Failed to ${verb} the ${what}(s). ${thing} does not exist.`,
  );
}

/** JSON timestamps of AWS: seconds with a fraction. */
export function epochSeconds(epochMs: number): number {
  return epochMs / 1000;
}
