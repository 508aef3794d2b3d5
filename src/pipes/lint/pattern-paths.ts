/**
 * The paths at which an event pattern asks for a value, e.g. `$.dynamodb.NewImage.status.S`. Alternatives (`$or`) and what
 * is to be absent are left out.
 */
export function patternPaths(pattern: string): string[] {
  const paths: string[] = [];
  collect(JSON.parse(pattern), '$', paths);
  return paths;
}

function collect(value: unknown, path: string, paths: string[]): void {
  if (Array.isArray(value)) {
    if (!value.some(isAbsence)) paths.push(path);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value))
    // Other names cannot stand in a path.
    if (/^[\w/-]+$/.test(name)) collect(inner, `${path}.${name}`, paths);
}

function isAbsence(matcher: unknown): boolean {
  return (
    typeof matcher === 'object' &&
    matcher !== null &&
    (matcher as { exists?: unknown }).exists === false
  );
}
