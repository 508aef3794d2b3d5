import { validationError } from '../errors.js';
import type { Path } from '../expressions/index.js';
import type { Table } from '../tables/table.js';

/** What looks at attributes of an item: a condition, a projection or an update. */
interface HasPaths {
  readonly paths: readonly Path[];
}

/** Refuses paths that lead into a key attribute of the table or of an index: keys are scalars (recorded). */
export function checkKeyPaths(
  table: Table,
  ...expressions: readonly (HasPaths | undefined)[]
): void {
  let nested: Set<string> | undefined;
  for (const expression of expressions)
    if (expression)
      for (const path of expression.paths) if (path.length > 1) (nested ??= new Set()).add(path[0]);
  if (!nested) return;
  refuse(nested, table.keyNames, 'Key');
  for (const { keys } of table.indexes)
    refuse(
      nested,
      keys.map(({ name }) => name),
      'IndexKey',
    );
}

function refuse(nested: ReadonlySet<string>, names: readonly string[], kind: string): void {
  const name = names.find((one) => nested.has(one));
  if (name !== undefined)
    throw validationError(
      `Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: ${kind}: ${name}`,
    );
}
