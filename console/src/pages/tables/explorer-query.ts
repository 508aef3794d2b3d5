import type { TableDescription } from '../../api/dynamodb';
import { typeOf } from './keys';

export interface Filter {
  attribute: string;
  condition: string;
  type: string;
  value: string;
  secondValue: string;
}

/** What the person looks for. */
export interface Search {
  operation: 'scan' | 'query';
  /** Undefined: the table itself. */
  index: string | undefined;
  partitionValue: string;
  sort: Filter | undefined;
  filters: Filter[];
}

/** Conditions that take no value. */
export const BARE_CONDITIONS = new Set(['attribute_exists', 'attribute_not_exists']);
/** Conditions written as a function. */
const FUNCTIONS = new Set([...BARE_CONDITIONS, 'begins_with', 'contains']);
export const KEY_CONDITIONS = ['=', '<', '<=', '>', '>=', 'BETWEEN', 'begins_with'];
export const FILTER_CONDITIONS = [
  '=',
  '<>',
  '<',
  '<=',
  '>',
  '>=',
  'BETWEEN',
  'begins_with',
  'contains',
  'attribute_exists',
  'attribute_not_exists',
];

/** The keys by which a table or one of its indexes is queried. */
export function keysOf(
  table: TableDescription,
  index: string | undefined,
): { partition: string; sort: string | undefined } {
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  const schema = indexes.find(({ IndexName }) => IndexName === index)?.KeySchema ?? table.KeySchema;
  return {
    partition: schema.find(({ KeyType }) => KeyType === 'HASH')!.AttributeName,
    sort: schema.find(({ KeyType }) => KeyType === 'RANGE')?.AttributeName,
  };
}

/** The input of Scan or Query for a search. */
export function inputOf(table: TableDescription, search: Search, limit: number): object {
  const names: Record<string, string> = {};
  const values: Record<string, object> = {};
  const nameOf = (attribute: string): string =>
    attribute
      .split('.')
      .map((part) => {
        const [, bare = part, position = ''] = /^(.*?)((?:\[\d+\])*)$/.exec(part) ?? [];
        const placeholder = `#n${String(Object.keys(names).length)}`;
        names[placeholder] = bare;
        return placeholder + position;
      })
      .join('.');
  const valueOf = (type: string, text: string): string => {
    const placeholder = `:v${String(Object.keys(values).length)}`;
    values[placeholder] = attributeValue(type, text);
    return placeholder;
  };
  const expressionOf = ({ attribute, condition, type, value, secondValue }: Filter): string => {
    const name = nameOf(attribute);
    if (BARE_CONDITIONS.has(condition)) return `${condition}(${name})`;
    if (FUNCTIONS.has(condition)) return `${condition}(${name}, ${valueOf(type, value)})`;
    if (condition === 'BETWEEN')
      return `${name} BETWEEN ${valueOf(type, value)} AND ${valueOf(type, secondValue)}`;
    return `${name} ${condition} ${valueOf(type, value)}`;
  };
  const keys = keysOf(table, search.index);
  const keyCondition =
    search.operation === 'query'
      ? [
          `${nameOf(keys.partition)} = ${valueOf(typeOf(table, keys.partition), search.partitionValue)}`,
          ...(search.sort && search.sort.value !== '' ? [expressionOf(search.sort)] : []),
        ].join(' AND ')
      : undefined;
  const filter = search.filters
    .filter(({ attribute }) => attribute !== '')
    .map(expressionOf)
    .join(' AND ');
  return {
    TableName: table.TableName,
    ...(search.index !== undefined && { IndexName: search.index }),
    ...(keyCondition !== undefined && { KeyConditionExpression: keyCondition }),
    ...(filter !== '' && { FilterExpression: filter }),
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    Limit: limit,
  };
}

/** A typed value as DynamoDB takes it. */
export function attributeValue(type: string, text: string): Record<string, unknown> {
  if (type === 'BOOL') return { BOOL: text.trim() === 'true' };
  if (type === 'NULL') return { NULL: true };
  return { [type]: type === 'N' ? text.trim() : text };
}
