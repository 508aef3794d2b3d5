import { field, integer } from '../validation/shape.js';
import type { Operation } from './operation.js';
import { checkStreamArn, streamArn } from './stream-shapes.js';
import { controlTableName } from './table-shapes.js';
import { tableNameOf } from './table-name.js';

/** Documented: streams in one answer. */
const MAX_LIMIT = 100;

interface Input {
  TableName?: string;
  Limit?: number;
  ExclusiveStartStreamArn?: string;
}

export const listStreams: Operation<Input> = {
  shape: field('ListStreamsInput', {
    TableName: controlTableName,
    Limit: integer({ min: 1, max: MAX_LIMIT }),
    ExclusiveStartStreamArn: streamArn,
  }),

  perform({ streams }, { TableName, Limit = MAX_LIMIT, ExclusiveStartStreamArn: after }) {
    if (after !== undefined) checkStreamArn(after);
    const name = TableName === undefined ? undefined : tableNameOf(TableName);
    const all = streams
      .all()
      .filter(({ definition }) => name === undefined || definition.tableName === name)
      .filter(({ arn }) => after === undefined || arn > after);
    const page = all.slice(0, Limit);
    return JSON.stringify({
      Streams: page.map(({ arn, definition }) => ({
        StreamArn: arn,
        TableName: definition.tableName,
        StreamLabel: definition.label,
      })),
      ...(all.length > page.length ? { LastEvaluatedStreamArn: page.at(-1)!.arn } : {}),
    });
  },
};
