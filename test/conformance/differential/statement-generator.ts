import { pick, type Random } from '../../support/random.js';
import type { AttributeValue } from '../../../src/lib/attribute-value.js';
import type { Request } from './generator.js';

/** A partition key `pk` (string), a sort key `sk` (number), and an index on `g` and `n`. */
export const STATEMENT_TABLE = 'diff-statements';

const chance = (random: Random, share: number): boolean => random() < share;

const LITERALS = [
  "'x'",
  "'it''s'",
  '1',
  '-2.5',
  'true',
  'false',
  'null',
  "['a', 1]",
  "{'x': 1, 'y': 'z'}",
  "<<'a', 'b'>>",
  '<<1, 2>>',
  '[]',
  '{}',
];
const PARAMETERS: readonly AttributeValue[] = [
  { S: 'x' },
  { N: '1' },
  { B: 'AA==' },
  { BOOL: true },
  { NULL: true },
  { SS: ['a', 'b'] },
  { NS: ['1', '2'] },
  { L: [{ S: 'a' }, { N: '1' }] },
  { M: { x: { N: '1' }, y: { S: 'z' } } },
];
const NAMES = ['a', 'b', 'g', 'n', 'doc', 'lst', 'tags'];
const PATHS = ['a', 'b', 'g', 'n', 'doc.x', 'doc.y', 'lst[0]', 'lst[1]', 'tags', 'missing1', 'doc'];

/** A statement with the parameters for its question marks, in their order. */
class Statement {
  readonly parameters: AttributeValue[] = [];
  readonly random: Random;

  constructor(random: Random) {
    this.random = random;
  }

  value(): string {
    if (chance(this.random, 0.6)) return pick(this.random, LITERALS);
    this.parameters.push(pick(this.random, PARAMETERS));
    return '?';
  }

  text(text: string): string {
    if (chance(this.random, 0.6)) return `'${text}'`;
    this.parameters.push({ S: text });
    return '?';
  }

  number(number: number): string {
    if (chance(this.random, 0.6)) return String(number);
    this.parameters.push({ N: String(number) });
    return '?';
  }

  partition(): string {
    return `pk = ${this.text(pick(this.random, ['k0', 'k1', 'k2']))}`;
  }

  /** The whole key, now and then not quite. */
  key(): string {
    const { random } = this;
    if (chance(random, 0.03)) return this.partition();
    if (chance(random, 0.02)) return `pk = ${this.value()} AND sk = ${this.value()}`;
    return `${this.partition()} AND sk = ${this.number(Math.floor(random() * 3))}`;
  }

  condition(depth = 0): string {
    const { random } = this;
    const kind = random();
    const path = pick(random, PATHS);
    if (depth < 2 && kind < 0.2)
      return `(${this.condition(depth + 1)} ${pick(random, ['AND', 'OR'])} ${this.condition(depth + 1)})`;
    if (depth < 2 && kind < 0.26) return `NOT (${this.condition(depth + 1)})`;
    if (kind < 0.36) return `${path} IS ${chance(random, 0.5) ? 'NOT ' : ''}MISSING`;
    if (kind < 0.42) return `${path} IS NULL`;
    if (kind < 0.5) return `begins_with(${path}, ${this.text('x')})`;
    if (kind < 0.58) return `contains(${path}, ${this.value()})`;
    if (kind < 0.64)
      return `attribute_type(${path}, ${this.text(pick(random, ['S', 'N', 'L', 'XX']))})`;
    if (kind < 0.7) return `size(${path}) ${pick(random, ['=', '>', '<='])} ${this.number(2)}`;
    if (kind < 0.78) return `${path} BETWEEN ${this.number(0)} AND ${this.number(5)}`;
    if (kind < 0.86) return `${path} IN [${this.value()}, ${this.value()}]`;
    return `${path} ${pick(random, ['=', '<>', '<', '<=', '>', '>='])} ${this.value()}`;
  }

  insert(): string {
    const { random } = this;
    const members = [
      `'pk': ${this.text(pick(random, ['k0', 'k1', 'k2']))}`,
      ...(chance(random, 0.98) ? [`'sk': ${this.number(Math.floor(random() * 3))}`] : []),
    ];
    for (const name of NAMES)
      if (chance(random, 0.5))
        members.push(
          name === 'g'
            ? `'g': ${this.text(pick(random, ['u', 'v']))}`
            : name === 'n'
              ? `'n': ${this.number(Math.floor(random() * 9))}`
              : name === 'doc'
                ? "'doc': {'x': 1, 'y': 'z'}"
                : name === 'lst'
                  ? "'lst': ['a', 2]"
                  : name === 'tags'
                    ? "'tags': <<'a', 'b'>>"
                    : `'${name}': ${this.value()}`,
        );
    return `INSERT INTO "${STATEMENT_TABLE}" VALUE {${members.join(', ')}}`;
  }

  update(): string {
    const { random } = this;
    const clauses = Array.from({ length: 1 + Math.floor(random() * 2) }, () => {
      const path = pick(random, PATHS);
      const kind = random();
      if (kind < 0.45) return `SET ${path} = ${this.value()}`;
      if (kind < 0.6) return `SET n = n ${pick(random, ['+', '-'])} ${this.number(1)}`;
      if (kind < 0.7) return `SET lst = list_append(lst, ['more'])`;
      if (kind < 0.78) return `SET tags = set_add(tags, <<'c'>>)`;
      if (kind < 0.86) return `SET tags = set_delete(tags, <<'a'>>)`;
      return `REMOVE ${path}`;
    });
    const returning = chance(random, 0.4)
      ? ` RETURNING ${pick(random, ['ALL', 'MODIFIED'])} ${pick(random, ['OLD', 'NEW'])} *`
      : '';
    const where = `${this.key()}${chance(random, 0.3) ? ` AND ${this.condition()}` : ''}`;
    return `UPDATE "${STATEMENT_TABLE}" ${clauses.join(' ')} WHERE ${where}${returning}`;
  }

  remove(): string {
    const { random } = this;
    const where = `${this.key()}${chance(random, 0.3) ? ` AND ${this.condition()}` : ''}`;
    return `DELETE FROM "${STATEMENT_TABLE}" WHERE ${where}${chance(random, 0.4) ? ' RETURNING ALL OLD *' : ''}`;
  }

  select(): string {
    const { random } = this;
    const what = pick(random, ['*', '*', 'pk, sk', 'a, doc.x', 'lst[0], g']);
    const from = chance(random, 0.25) ? `"${STATEMENT_TABLE}"."byG"` : `"${STATEMENT_TABLE}"`;
    const kind = random();
    const where = from.endsWith('"byG"')
      ? `g = ${this.text(pick(random, ['u', 'v']))}${chance(random, 0.4) ? ` AND n > ${this.number(3)}` : ''}`
      : kind < 0.4
        ? this.key()
        : kind < 0.6
          ? `${this.partition()} AND sk ${pick(random, ['>', '<=', '='])} ${this.number(1)}`
          : kind < 0.8
            ? this.condition()
            : `${this.partition()} AND ${this.condition()}`;
    const order =
      !from.endsWith('"byG"') && chance(random, 0.15)
        ? ` ORDER BY sk ${pick(random, ['ASC', 'DESC'])}`
        : '';
    return `SELECT ${what} FROM ${from} WHERE ${where}${order}`;
  }
}

/** One random statement, mostly right. */
export function statementFor(random: Random): Request {
  const statement = new Statement(random);
  const kind = random();
  let text =
    kind < 0.3
      ? statement.insert()
      : kind < 0.6
        ? statement.update()
        : kind < 0.7
          ? statement.remove()
          : statement.select();
  if (chance(random, 0.01)) text = text.slice(0, Math.floor(random() * text.length));
  if (chance(random, 0.01)) text = text.replace(STATEMENT_TABLE, 'diff-nowhere');
  if (chance(random, 0.01)) statement.parameters.pop();
  const { parameters } = statement;
  return {
    operation: 'ExecuteStatement',
    input: { Statement: text, ...(parameters.length > 0 && { Parameters: parameters }) },
  };
}

export const statementTable = {
  TableName: STATEMENT_TABLE,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
    { AttributeName: 'g', AttributeType: 'S' },
    { AttributeName: 'n', AttributeType: 'N' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byG',
      KeySchema: [
        { AttributeName: 'g', KeyType: 'HASH' },
        { AttributeName: 'n', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};
