/** A typed value of DynamoDB's as ordinary JSON; numbers stay text, for they are only shown. */
export function plainValue(typed: unknown): unknown {
  if (typeof typed !== 'object' || typed === null) return undefined;
  const [[type, value] = []] = Object.entries(typed);
  switch (type) {
    case 'M':
      return Object.fromEntries(
        Object.entries((value ?? {}) as object).map(([name, inner]) => [name, plainValue(inner)]),
      );
    case 'L':
      return Array.isArray(value) ? value.map(plainValue) : undefined;
    case 'NULL':
      return null;
    default:
      return value;
  }
}
