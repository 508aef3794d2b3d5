import { pick, type Random } from '../../support/random.js';
import type { AttributeValue, Item } from '../../../src/lib/attribute-value.js';

export interface Request {
  operation: string;
  input: Record<string, unknown>;
}

/** A kind of table that requests are made for. */
export interface Shape {
  name: string;
  hash: 'S' | 'N' | 'B';
  range?: 'S' | 'N' | 'B';
  view: 'KEYS_ONLY' | 'NEW_IMAGE' | 'OLD_IMAGE' | 'NEW_AND_OLD_IMAGES';
  hasIndexes: boolean;
}

export const SHAPES: readonly Shape[] = [
  { name: 'diff-hash-s', hash: 'S', view: 'NEW_AND_OLD_IMAGES', hasIndexes: false },
  { name: 'diff-hash-n', hash: 'N', view: 'KEYS_ONLY', hasIndexes: false },
  { name: 'diff-both-sn', hash: 'S', range: 'N', view: 'NEW_IMAGE', hasIndexes: true },
  { name: 'diff-both-bs', hash: 'B', range: 'S', view: 'OLD_IMAGE', hasIndexes: true },
];

export function createTable({ name, hash, range, view, hasIndexes }: Shape): object {
  const index = (IndexName: string, ProjectionType: string, keys: string[]): object => ({
    IndexName,
    KeySchema: keys.map((AttributeName, at) => ({
      AttributeName,
      KeyType: at === 0 ? 'HASH' : 'RANGE',
    })),
    Projection: {
      ProjectionType,
      ...(ProjectionType === 'INCLUDE' && { NonKeyAttributes: ['a', 'lst'] }),
    },
  });
  return {
    TableName: name,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      ...(range ? [{ AttributeName: 'sk', KeyType: 'RANGE' }] : []),
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: hash },
      ...(range ? [{ AttributeName: 'sk', AttributeType: range }] : []),
      ...(hasIndexes ? [{ AttributeName: 'g', AttributeType: 'S' }] : []),
      ...(hasIndexes ? [{ AttributeName: 'n', AttributeType: 'N' }] : []),
    ],
    ...(hasIndexes && {
      GlobalSecondaryIndexes: [
        index('gAll', 'ALL', ['g', 'n']),
        index('gInclude', 'INCLUDE', ['n']),
      ],
      LocalSecondaryIndexes: [index('local', 'KEYS_ONLY', ['pk', 'n'])],
    }),
    StreamSpecification: { StreamEnabled: true, StreamViewType: view },
  };
}

const NUMBERS = [
  '0',
  '1',
  '-1',
  '2',
  '10',
  '1.50',
  '1e2',
  '-0.001',
  '99999999999999999999999999999999999999',
];
const STRINGS = ['a', 'b', 'ab', 'abc', 'Z', 'é', '日本', ''];
const BINARIES = ['AA==', 'AAE=', '/w==', 'YWJj'];
/** Wrong in one way each. */
const BAD_VALUES: readonly object[] = [
  { N: 'x' },
  { N: '1e200' },
  { N: '1234567890123456789012345678901234567890' },
  { SS: [] },
  { SS: ['a', 'a'] },
  { NS: ['1', '1.0'] },
  { S: 'a', N: '1' },
  {},
  { NULL: false },
];

const value = (random: Random, depth = 0): AttributeValue => {
  const kind = random();
  if (random() < 0.01) return pick(random, BAD_VALUES);
  if (kind < 0.25) return { S: pick(random, STRINGS) };
  if (kind < 0.5) return { N: pick(random, NUMBERS) };
  if (kind < 0.58) return { B: pick(random, BINARIES) };
  if (kind < 0.64) return { BOOL: random() < 0.5 };
  if (kind < 0.68) return { NULL: true };
  if (kind < 0.74) return { SS: ['a', 'b', 'c'].filter(() => random() < 0.6).concat('z') };
  if (kind < 0.8) return { NS: ['1', '2.5', '-3'].filter(() => random() < 0.6).concat('7') };
  if (depth > 2) return { S: 'deep' };
  if (kind < 0.9)
    return { L: Array.from({ length: Math.floor(random() * 3) }, () => value(random, depth + 1)) };
  return {
    M: { x: value(random, depth + 1), ...(random() < 0.5 && { y: value(random, depth + 1) }) },
  };
};

function keyValue(random: Random, type: 'S' | 'N' | 'B'): AttributeValue {
  if (random() < 0.015)
    return pick(random, [{ S: 'wrong' }, { N: '1' }, { S: '' }, { BOOL: true }]);
  const at = Math.floor(random() * 4);
  if (type === 'S') return { S: `k${String(at)}` };
  return type === 'N' ? { N: String(at) } : { B: BINARIES[at]! };
}

const key = (random: Random, shape: Shape): Item => ({
  pk: keyValue(random, shape.hash),
  ...(shape.range && { sk: keyValue(random, shape.range) }),
});

const NAMES = ['a', 'b', 'g', 'n', 'lst', 'doc', 'tags1', 'nums'];

function item(random: Random, shape: Shape): Item {
  const made: Item = key(random, shape);
  for (const name of NAMES) {
    if (random() < 0.5) continue;
    if (name === 'g') made[name] = { S: pick(random, ['x', 'y']) };
    else if (name === 'n') made[name] = { N: pick(random, NUMBERS) };
    else if (name === 'lst') made[name] = { L: [value(random, 1), value(random, 1)] };
    else if (name === 'doc') made[name] = { M: { x: value(random, 1), y: { N: '1' } } };
    else if (name === 'tags1') made[name] = { SS: ['a', 'b'] };
    else if (name === 'nums') made[name] = { NS: ['1', '2'] };
    else made[name] = value(random);
  }
  return made;
}

const PATHS = [
  'a',
  'b',
  '#g',
  'n',
  'lst',
  'lst[0]',
  'lst[1]',
  'lst[5]',
  '#m.x',
  '#m.y',
  '#m.zz',
  'tags1',
  'nums',
  'missing1',
];
const path = (random: Random): string => pick(random, PATHS);

/** Expressions with just the names and values that they use. */
class Expressions {
  readonly values: Record<string, AttributeValue> = {};
  readonly texts: string[] = [];
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  value(given?: AttributeValue): string {
    const name = `:v${String(Object.keys(this.values).length)}`;
    this.values[name] = given ?? value(this.random);
    return name;
  }

  condition(depth = 0): string {
    const { random } = this;
    const kind = random();
    if (depth < 2 && kind < 0.25)
      return `(${this.condition(depth + 1)} ${pick(random, ['AND', 'OR'])} ${this.condition(depth + 1)})`;
    if (depth < 2 && kind < 0.32) return `NOT ${this.condition(depth + 1)}`;
    if (kind < 0.42) return `attribute_exists(${path(random)})`;
    if (kind < 0.5) return `attribute_not_exists(${path(random)})`;
    if (kind < 0.56)
      return `attribute_type(${path(random)}, ${this.value({ S: pick(random, ['S', 'N', 'L', 'M', 'SS', 'BOOL', 'XX']) })})`;
    if (kind < 0.62) return `begins_with(${path(random)}, ${this.value({ S: 'a' })})`;
    if (kind < 0.7) return `contains(${path(random)}, ${this.value()})`;
    if (kind < 0.76)
      return `size(${path(random)}) ${pick(random, ['=', '>', '<='])} ${this.value({ N: '2' })}`;
    if (kind < 0.84)
      return `${path(random)} BETWEEN ${this.value({ N: '0' })} AND ${this.value({ N: '5' })}`;
    if (kind < 0.9) return `${path(random)} IN (${this.value()}, ${this.value()})`;
    return `${path(random)} ${pick(random, ['=', '<>', '<', '<=', '>', '>='])} ${random() < 0.8 ? this.value() : path(random)}`;
  }

  update(): string {
    const { random } = this;
    const parts: string[] = [];
    if (random() < 0.8) {
      const sets = Array.from({ length: 1 + Math.floor(random() * 2) }, () => {
        const kind = random();
        const right =
          kind < 0.4
            ? this.value()
            : kind < 0.55
              ? `${path(random)} ${pick(random, ['+', '-'])} ${this.value({ N: '1' })}`
              : kind < 0.7
                ? `if_not_exists(${path(random)}, ${this.value()})`
                : kind < 0.85
                  ? `list_append(${path(random)}, ${this.value({ L: [value(random, 2)] })})`
                  : path(random);
        return `${path(random)} = ${right}`;
      });
      parts.push(`SET ${sets.join(', ')}`);
    }
    if (random() < 0.3) parts.push(`REMOVE ${path(random)}`);
    if (random() < 0.3)
      parts.push(
        `ADD ${pick(random, ['n', 'nums', 'tags1', 'missing1', 'a'])} ${this.value(pick(random, [{ N: '1' }, { NS: ['5'] }, { SS: ['q'] }]))}`,
      );
    if (random() < 0.2)
      parts.push(
        `DELETE ${pick(random, ['tags1', 'nums', 'a'])} ${this.value(pick(random, [{ SS: ['a'] }, { NS: ['1'] }, { N: '1' }]))}`,
      );
    return parts.length === 0 ? `SET a = ${this.value()}` : parts.join(' ');
  }

  /** What goes with `texts`; now and then something unused or missing. */
  parameters(...texts: (string | undefined)[]): Record<string, unknown> {
    const all = texts.join(' ');
    const names: Record<string, string> = {};
    if (all.includes('#g')) names['#g'] = 'g';
    if (all.includes('#m')) names['#m'] = 'doc';
    const values = { ...this.values };
    if (this.random() < 0.01) values[':unused'] = { S: 'x' };
    if (this.random() < 0.01) names['#unused'] = 'x';
    return {
      ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    };
  }
}

const RETURN_CAPACITY = ['TOTAL', 'INDEXES', 'NONE'];

/** One random request, mostly right. */
export function requestFor(random: Random, shape: Shape): Request {
  const TableName = random() < 0.005 ? 'nowhere' : shape.name;
  const expressions = new Expressions(random);
  const condition = random() < 0.4 ? expressions.condition() : undefined;
  const conditioned = condition === undefined ? {} : { ConditionExpression: condition };
  const capacity = random() < 0.3 ? { ReturnConsumedCapacity: pick(random, RETURN_CAPACITY) } : {};
  const kind = random();
  if (random() < 0.12) return legacy(random, shape, TableName);
  if (random() < 0.05) return reads(random, shape, TableName);
  if (kind < 0.25)
    return {
      operation: 'PutItem',
      input: {
        TableName,
        Item: item(random, shape),
        ...conditioned,
        ...expressions.parameters(condition),
        ...(random() < 0.4 && { ReturnValues: pick(random, ['ALL_OLD', 'NONE', 'ALL_NEW']) }),
        ...capacity,
      },
    };
  if (kind < 0.5) {
    const UpdateExpression = expressions.update();
    return {
      operation: 'UpdateItem',
      input: {
        TableName,
        Key: key(random, shape),
        UpdateExpression,
        ...conditioned,
        ...expressions.parameters(condition, UpdateExpression),
        ReturnValues: pick(random, ['ALL_OLD', 'ALL_NEW', 'NONE', 'UPDATED_OLD', 'UPDATED_NEW']),
        ...capacity,
      },
    };
  }
  if (kind < 0.58)
    return {
      operation: 'DeleteItem',
      input: {
        TableName,
        Key: key(random, shape),
        ...conditioned,
        ...expressions.parameters(condition),
        ReturnValues: 'ALL_OLD',
        ...capacity,
      },
    };
  if (kind < 0.66) {
    const ProjectionExpression =
      random() < 0.5 ? [path(random), path(random)].join(', ') : undefined;
    return {
      operation: 'GetItem',
      input: {
        TableName,
        Key: key(random, shape),
        ConsistentRead: random() < 0.5,
        ...(ProjectionExpression !== undefined && {
          ProjectionExpression,
          ...new Expressions(random).parameters(ProjectionExpression),
        }),
        ...capacity,
      },
    };
  }
  if (kind < 0.8) return query(random, shape, TableName);
  if (kind < 0.88) {
    const FilterExpression = random() < 0.6 ? expressions.condition() : undefined;
    return {
      operation: 'Scan',
      input: {
        TableName,
        ...(shape.hasIndexes &&
          random() < 0.3 && { IndexName: pick(random, ['gAll', 'gInclude', 'local']) }),
        ...(FilterExpression !== undefined
          ? {
              FilterExpression,
              ...onlyUsed(expressions.parameters(condition, FilterExpression), FilterExpression),
            }
          : {}),
        ...(random() < 0.2 && { Select: 'COUNT' }),
      },
    };
  }
  if (kind < 0.94)
    return {
      operation: 'BatchWriteItem',
      input: {
        RequestItems: {
          [TableName]: Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
            random() < 0.7
              ? { PutRequest: { Item: item(random, shape) } }
              : { DeleteRequest: { Key: key(random, shape) } },
          ),
        },
      },
    };
  return {
    operation: 'TransactWriteItems',
    input: {
      TransactItems: Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
        const own = new Expressions(random);
        const kind = random();
        if (kind < 0.5) return { Put: { TableName, Item: item(random, shape) } };
        if (kind < 0.7) return { Delete: { TableName, Key: key(random, shape) } };
        const ConditionExpression = own.condition();
        return {
          ConditionCheck: {
            TableName,
            Key: key(random, shape),
            ConditionExpression,
            ...own.parameters(ConditionExpression),
          },
        };
      }),
    },
  };
}

/** Several items at once. */
function reads(random: Random, shape: Shape, TableName: string): Request {
  const Keys = Array.from({ length: 1 + Math.floor(random() * 3) }, () => key(random, shape));
  const projection = random() < 0.3 ? { ProjectionExpression: 'pk, a, nums' } : {};
  if (random() < 0.5)
    return {
      operation: 'BatchGetItem',
      input: { RequestItems: { [TableName]: { Keys, ...projection } } },
    };
  return {
    operation: 'TransactGetItems',
    input: { TransactItems: Keys.map((Key) => ({ Get: { TableName, Key, ...projection } })) },
  };
}

/** A condition of the legacy parameters. */
function comparison(random: Random): object {
  const ComparisonOperator = pick(random, [
    'EQ',
    'NE',
    'LT',
    'GE',
    'BETWEEN',
    'IN',
    'CONTAINS',
    'NULL',
    'NOT_NULL',
    'BEGINS_WITH',
  ]);
  const scalar = (): AttributeValue => pick(random, [{ S: 'a' }, { N: '1' }, { B: 'AA==' }]);
  const first = scalar();
  const AttributeValueList =
    ComparisonOperator === 'NULL' || ComparisonOperator === 'NOT_NULL'
      ? undefined
      : ComparisonOperator === 'BETWEEN'
        ? [{ N: '0' }, { N: '5' }]
        : ComparisonOperator === 'BEGINS_WITH'
          ? [{ S: 'a' }]
          : [first];
  return { ComparisonOperator, ...(AttributeValueList && { AttributeValueList }) };
}

const LEGACY_NAMES = ['a', 'b', 'g', 'n', 'nums', 'missing1'];

/** One request with the parameters that expressions have replaced. */
function legacy(random: Random, shape: Shape, TableName: string): Request {
  const conditions = (): Record<string, object> =>
    Object.fromEntries(
      [pick(random, LEGACY_NAMES), pick(random, LEGACY_NAMES)].map((name) => [
        name,
        comparison(random),
      ]),
    );
  const operator = random() < 0.5 ? { ConditionalOperator: pick(random, ['AND', 'OR']) } : {};
  const expected = random() < 0.5 ? { Expected: conditions(), ...operator } : {};
  const kind = random();
  if (kind < 0.3)
    return { operation: 'PutItem', input: { TableName, Item: item(random, shape), ...expected } };
  if (kind < 0.6) {
    const update = (): object =>
      random() < 0.25
        ? { Action: 'DELETE' }
        : random() < 0.3
          ? { Action: 'ADD', Value: pick(random, [{ N: '2' }, { NS: ['9'] }]) }
          : { Action: 'PUT', Value: value(random) };
    return {
      operation: 'UpdateItem',
      input: {
        TableName,
        Key: key(random, shape),
        AttributeUpdates: Object.fromEntries(
          ['a', 'b', 'nums'].filter(() => random() < 0.6).map((name) => [name, update()]),
        ),
        ...expected,
        ReturnValues: 'ALL_NEW',
      },
    };
  }
  if (kind < 0.8)
    return { operation: 'Scan', input: { TableName, ScanFilter: conditions(), ...operator } };
  return {
    operation: 'Query',
    input: {
      TableName,
      KeyConditions: {
        pk: { ComparisonOperator: 'EQ', AttributeValueList: [keyValue(random, shape.hash)] },
      },
      ...(random() < 0.5 && { QueryFilter: conditions(), ...operator }),
      ...(random() < 0.3 && { AttributesToGet: ['a', 'n'] }),
    },
  };
}

/** Drops values that belong to an expression that was not sent. */
function onlyUsed(parameters: Record<string, unknown>, text: string): Record<string, unknown> {
  const values = (parameters['ExpressionAttributeValues'] ?? {}) as Record<string, unknown>;
  const names = (parameters['ExpressionAttributeNames'] ?? {}) as Record<string, unknown>;
  const used = (all: Record<string, unknown>): [string, unknown][] =>
    Object.entries(all).filter(([name]) => new RegExp(`${name}\\b`).test(text));
  return {
    ...(used(values).length > 0 && { ExpressionAttributeValues: Object.fromEntries(used(values)) }),
    ...(used(names).length > 0 && { ExpressionAttributeNames: Object.fromEntries(used(names)) }),
  };
}

function query(random: Random, shape: Shape, TableName: string): Request {
  const index =
    shape.hasIndexes && random() < 0.5 ? pick(random, ['gAll', 'gInclude', 'local']) : undefined;
  const values: Record<string, AttributeValue> = {};
  const keys: Record<string, ['S' | 'N' | 'B', string]> = {
    gAll: ['S', 'g'],
    gInclude: ['N', 'n'],
    local: [shape.hash, 'pk'],
  };
  const [type, hash] = index === undefined ? ([shape.hash, 'pk'] as const) : keys[index]!;
  values[':h'] =
    hash === 'g'
      ? { S: pick(random, ['x', 'y']) }
      : hash === 'n'
        ? { N: pick(random, NUMBERS) }
        : keyValue(random, type);
  let condition = `${hash === 'g' ? '#g' : hash} = :h`;
  const range = index === undefined ? shape.range && 'sk' : index === 'gInclude' ? undefined : 'n';
  if (range !== undefined && random() < 0.6) {
    const rangeType = range === 'n' ? 'N' : shape.range!;
    values[':r'] = rangeType === 'N' ? { N: pick(random, NUMBERS) } : keyValue(random, rangeType);
    const operator = pick(random, ['=', '<', '<=', '>', '>=', 'BETWEEN', 'begins_with']);
    if (operator === 'BETWEEN') {
      values[':s'] = rangeType === 'N' ? { N: '5' } : keyValue(random, rangeType);
      condition += ` AND ${range} BETWEEN :r AND :s`;
    } else if (operator === 'begins_with') condition += ` AND begins_with(${range}, :r)`;
    else condition += ` AND ${range} ${operator} :r`;
  }
  return {
    operation: 'Query',
    input: {
      TableName,
      ...(index !== undefined && { IndexName: index }),
      KeyConditionExpression: condition,
      ...(condition.includes('#g') && { ExpressionAttributeNames: { '#g': 'g' } }),
      ExpressionAttributeValues: values,
      ScanIndexForward: random() < 0.5,
      ...(random() < 0.3 && { Limit: 1 + Math.floor(random() * 3) }),
      ...(random() < 0.2 && { Select: 'COUNT' }),
    },
  };
}
