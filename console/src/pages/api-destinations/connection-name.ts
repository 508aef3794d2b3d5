/** The name in the ARN of a connection. */
export function connectionName(arn: string): string {
  return /:connection\/([^/]+)\//.exec(arn)?.[1] ?? arn;
}
