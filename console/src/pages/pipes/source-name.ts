/** What people call the thing of an ARN, e.g. `user` of a table's stream. */
export function sourceName(arn: string): string {
  const table = /:table\/([^/]+)\//.exec(arn)?.[1];
  const destination = /:api-destination\/([^/]+)\//.exec(arn)?.[1];
  return table ?? destination ?? arn.split(':').at(-1) ?? arn;
}
