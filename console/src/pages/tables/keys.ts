import type { Item, TableDescription } from '../../api/dynamodb';
import type { Texts } from '../../i18n/texts';

/** A key of the table for people, e.g. `id (String)`; `-` when there is none. */
export function keyOf(
  table: TableDescription,
  type: 'HASH' | 'RANGE',
  texts: Texts['tables'],
): string {
  const key = table.KeySchema.find((element) => element.KeyType === type);
  return key ? `${key.AttributeName} (${texts.keyTypes[typeOf(table, key.AttributeName)]})` : '-';
}

export function typeOf(table: TableDescription, attribute: string): 'S' | 'N' | 'B' {
  const found = table.AttributeDefinitions.find(({ AttributeName }) => AttributeName === attribute);
  return found?.AttributeType ?? 'S';
}

/** The attributes of an item that are the table's key. */
export function keyAttributes(table: TableDescription, item: Item): Item {
  return Object.fromEntries(
    table.KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]!]),
  );
}

/** The table's key attributes with their types, partition key first. */
export function keysFor(table: TableDescription): { name: string; type: 'S' | 'N' | 'B' }[] {
  return table.KeySchema.map(({ AttributeName: name }) => ({ name, type: typeOf(table, name) }));
}
