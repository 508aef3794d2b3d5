/** The one account and region that a Freshet server speaks for. */
export interface Scope {
  /** AWS region name, e.g. `us-east-1`. */
  region: string;
  /** Twelve digits. */
  accountId: string;
}

export interface Arn {
  partition: string;
  service: string;
  region: string;
  accountId: string;
  /** All after the account: may hold `/` and `:`. */
  resource: string;
}

/** Parses `arn:partition:service:region:account:resource`; undefined when it is not an ARN. */
export function parseArn(text: string): Arn | undefined {
  const match = /^arn:([^:]+):([^:]+):([^:]*):([^:]*):(.+)$/s.exec(text);
  if (!match) return undefined;
  const [, partition, service, region, accountId, resource] = match as unknown as string[];
  return {
    partition: partition!,
    service: service!,
    region: region!,
    accountId: accountId!,
    resource: resource!,
  };
}

/** Builds an ARN of this server's scope. */
export function makeArn(scope: Scope, service: string, resource: string): string {
  return `arn:aws:${service}:${scope.region}:${scope.accountId}:${resource}`;
}
