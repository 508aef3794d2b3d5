type Matcher = Readonly<Record<string, unknown>>;

/** A place at which an event pattern asks for something, e.g. `$.dynamodb.NewImage.status.S`, with what it asks. */
export interface PatternField {
  path: string;
  /** Its matchers that are objects, e.g. `{"exists": false}`. */
  matchers: readonly Matcher[];
}

/** The places at which an event pattern asks for something. Alternatives (`$or`) are left out. */
export function patternFields(pattern: string): PatternField[] {
  const fields: PatternField[] = [];
  collect(JSON.parse(pattern), '$', fields);
  return fields;
}

/** The paths at which an event pattern asks for a value. What is to be absent is left out. */
export function patternPaths(pattern: string): string[] {
  return patternFields(pattern)
    .filter(({ matchers }) => !matchers.some(({ exists }) => exists === false))
    .map(({ path }) => path);
}

function collect(value: unknown, path: string, fields: PatternField[]): void {
  if (Array.isArray(value)) {
    fields.push({ path, matchers: value.filter(isObject) });
    return;
  }
  if (!isObject(value)) return;
  for (const [name, inner] of Object.entries(value))
    // Other names cannot stand in a path.
    if (/^[\w/-]+$/.test(name)) collect(inner, `${path}.${name}`, fields);
}

function isObject(value: unknown): value is Matcher {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
