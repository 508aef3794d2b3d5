import type { Scope } from '../lib/arn.js';

/** What STS GetCallerIdentity answers: every caller is the account's root user. */
export function callerIdentity({ accountId }: Scope): {
  Arn: string;
  UserId: string;
  Account: string;
} {
  return { Arn: `arn:aws:iam::${accountId}:root`, UserId: accountId, Account: accountId };
}
