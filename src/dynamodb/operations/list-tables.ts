import { field, integer, string } from '../validation/shape.js';
import { MAX_NAME_LENGTH, MIN_NAME_LENGTH, NAME_PATTERN } from './common-shapes.js';
import type { Operation } from './operation.js';

/** Documented: names in one answer. */
const MAX_LIMIT = 100;

interface Input {
  ExclusiveStartTableName?: string;
  Limit?: number;
}

export const listTables: Operation<Input> = {
  shape: field('ListTablesInput', {
    ExclusiveStartTableName: string({
      pattern: { ...NAME_PATTERN, emptyToo: true },
      min: MIN_NAME_LENGTH,
      max: MAX_NAME_LENGTH,
    }),
    Limit: integer({ min: 1, max: MAX_LIMIT }),
  }),

  perform({ catalog }, { ExclusiveStartTableName: after, Limit = MAX_LIMIT }) {
    const names = catalog.names().filter((name) => after === undefined || name > after);
    const page = names.slice(0, Limit);
    return JSON.stringify({
      TableNames: page,
      ...(names.length > page.length ? { LastEvaluatedTableName: page.at(-1) } : {}),
    });
  },
};
