/**
 * The options of AWS's DynamoDB Local, which take one dash (documented), as ours. Those without one say what
 * is always so here: one set of tables for all key pairs and regions, and nothing is reported to anybody.
 */
const OPTIONS: ReadonlyMap<string, string | undefined> = new Map([
  ['-port', '--port'],
  ['-dbPath', '--data'],
  ['-inMemory', '--in-memory'],
  ['-help', '--help'],
  ['-sharedDb', undefined],
  ['-disableTelemetry', undefined],
]);

/** Words of a command line for `freshet dynamodb`, those for DynamoDB Local put into ours. */
export function fromDynamoDbLocal(words: readonly string[]): string[] {
  return words.flatMap((word) => (OPTIONS.has(word) ? (OPTIONS.get(word) ?? []) : word));
}
