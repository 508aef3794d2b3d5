/** A value in DynamoDB JSON, e.g. `{"S": "text"}`. */
export type AttributeValue = Record<string, unknown>;
export type Item = Record<string, AttributeValue>;

/** A key attribute of the table that items are for. */
export interface KeyAttribute {
  name: string;
  type: 'S' | 'N' | 'B';
}

/** Why a line is no item of the table; `detail` is a name or what was found. */
export interface Problem {
  code:
    | 'notJson'
    | 'notObject'
    | 'notDynamodbJson'
    | 'openQuote'
    | 'tooManyCells'
    | 'notNumber'
    | 'notBoolean'
    | 'keyMissing'
    | 'keyType'
    | 'keyEmpty';
  detail: string;
}

/** Thrown by what reads a line. */
export class ItemError extends Error {
  readonly problem: Problem;

  constructor(code: Problem['code'], detail: string) {
    super(code);
    this.problem = { code, detail };
  }
}

/** Throws an ItemError unless the item has the table's keys, of the right types. */
export function checkKeys(item: Item, keys: readonly KeyAttribute[]): void {
  for (const { name, type } of keys) {
    const value = item[name];
    if (value === undefined) throw new ItemError('keyMissing', name);
    if (!(type in value)) throw new ItemError('keyType', `${name} (${type})`);
    if (value[type] === '') throw new ItemError('keyEmpty', name);
  }
}
