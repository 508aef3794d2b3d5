import { validationError } from '../errors.js';
import { joinPaths, SyntaxCache } from '../expressions/index.js';
import { parseArn } from '../../lib/arn.js';
import { whereSyntax } from './condition-syntax.js';
import { errorAt } from './errors.js';
import type {
  Expression,
  Field,
  ManipulationExpression,
  OrderKey,
  Returning,
  SelectExpression,
  Source,
} from './expression.js';
import { fieldName, literalValue } from './literal.js';
import { parseExpression } from './parse-expression.js';
import { emptyComponent, pathElements } from './path-syntax.js';
import type {
  ColumnPath,
  Columns,
  InsertStatement,
  Ordering,
  ReturningClause,
  SelectStatement,
  Statement,
} from './statement.js';
import { Constants, parameter } from './substitutions.js';
import { updateSyntax } from './update-syntax.js';

const TABLE_NAME = /^[a-zA-Z0-9_.-]{3,255}$/;

const statements = new SyntaxCache(parse);

/** Statements up to this length are kept; longer ones mostly hold values and do not come again. */
const MAX_KEPT_LENGTH = 2048;

/** Parses a statement. Throws ValidationException in the service's words. */
export function parseStatement(text: string): Statement {
  return text.length > MAX_KEPT_LENGTH ? parse(text) : statements.get(text);
}

function parse(text: string): Statement {
  const { expression, parameters } = parseExpression(text);
  switch (expression.kind) {
    case 'select':
      return selectStatement(expression, parameters);
    case 'manipulation':
      return manipulationStatement(expression, parameters);
    case 'call': {
      if (AGGREGATES.has(expression.name)) break;
      const [operand] = expression.operands;
      const isExists = expression.name === 'exists' && operand?.kind === 'select';
      return {
        kind: 'exists',
        constants: [],
        parameters,
        select: isExists ? selectStatement(operand, parameters) : undefined,
      };
    }
    default:
      break;
  }
  throw validationError(`Unsupported operation: ${operationName(expression)}`);
}

const AGGREGATES = new Set(['count', 'avg', 'max', 'min', 'sum']);

/** As PartiQL's published tree calls what is no statement; `IsType` is recorded. */
function operationName(expression: Expression): string {
  switch (expression.kind) {
    case 'name':
      return 'Id';
    case 'missing':
      return 'Missing';
    case 'is':
      return 'IsType';
    case 'string':
    case 'number':
    case 'boolean':
    case 'null':
    case 'ion':
      return 'Lit';
    case 'binary':
      return OPERATION_NAMES.get(expression.operator) ?? 'Call';
    case 'unary':
      return expression.operator === 'not' ? 'Not' : expression.operator === '-' ? 'Neg' : 'Pos';
    case 'call':
      return 'CallAgg';
    default:
      return expression.kind.charAt(0).toUpperCase() + expression.kind.slice(1);
  }
}

const OPERATION_NAMES: ReadonlyMap<string, string> = new Map([
  ['and', 'And'],
  ['or', 'Or'],
  ['=', 'Eq'],
  ['<>', 'Ne'],
  ['<', 'Lt'],
  ['<=', 'Lte'],
  ['>', 'Gt'],
  ['>=', 'Gte'],
  ['in', 'InCollection'],
  ['like', 'Like'],
  ['+', 'Plus'],
  ['-', 'Minus'],
  ['*', 'Times'],
  ['/', 'Divide'],
  ['%', 'Modulo'],
  ['||', 'Concat'],
]);

function selectStatement(select: SelectExpression, parameters: number): SelectStatement {
  const { source } = select;
  if (select.unsupported) throw select.unsupported;
  if (source.isJoin)
    throw validationError('Only select from a single table or index is supported.');
  const [table, index] = tableAndIndex(source);
  const constants = new Constants();
  const where = select.where && whereSyntax(select.where, constants);
  return {
    kind: 'select',
    table,
    index,
    columns: columnsOf(select),
    where,
    orderBy: select.orderBy?.map(orderingOf),
    constants: constants.values,
    parameters,
  };
}

/** Behind FROM. */
function tableAndIndex({ value, hasAlias }: Source): [table: string, index?: string] {
  if (hasAlias) throw validationError('Aliasing is not supported');
  if (value.kind === 'name') return [tableName(value.token.text)];
  if (value.kind !== 'path' || value.root.kind !== 'name')
    throw validationError('Unexpected from source');
  const names = [value.root.token.text];
  for (const step of value.steps) {
    if (step.kind === 'unpivot' || step.kind === 'wildcard') pathElements(value); // which throws
    if (step.kind === 'index' && value.steps.length === 1)
      throw validationError('Invalid list expression in source.');
    names.push(step.kind === 'member' ? step.name : '0');
  }
  if (names.includes('')) throw emptyComponent();
  if (names.length > 2)
    throw validationError('A path may contain at most 2 components in the FROM clause');
  return [tableName(names[0]!), names[1]!];
}

/** A table's name or ARN. */
function tableName(name: string): string {
  if (name === '') throw emptyComponent();
  if (!TABLE_NAME.test(name) && !parseArn(name))
    throw validationError(
      'Table name should be within the length [3, 255] and only contain ' +
        "'a-z', 'A-Z', '0-9', '-', '_', '.'.",
    );
  return name;
}

function columnsOf({ columns }: SelectExpression): Columns {
  try {
    return columns && namedColumns(columns.map(({ value, hasAlias }) => columnOf(value, hasAlias)));
  } catch (error) {
    return { error: error as Error };
  }
}

function columnOf(value: Expression, hasAlias: boolean): ColumnPath {
  if (hasAlias) throw validationError('Aliasing is not supported');
  if (value.kind === 'path' && value.steps.at(-1)?.kind === 'unpivot')
    throw validationError("Changing item's hierarchy while reading isn't supported");
  const path = pathElements(value);
  const last = path.findLastIndex((element) => typeof element === 'string');
  const name = path
    .slice(last)
    .map((element) => (typeof element === 'number' ? `[${String(element)}]` : element))
    .join('');
  return { path, name };
}

function namedColumns(columns: readonly ColumnPath[]): readonly ColumnPath[] {
  const names = new Set<string>();
  for (const { name } of columns) {
    if (names.has(name)) throw validationError(`Duplicate identifiers in select clause: ${name}`);
    names.add(name);
  }
  const paths = columns.map(({ path }) => path);
  joinPaths(undefined, paths, () => true); // which throws when they overlap
  return columns;
}

function orderingOf({ value, descending }: OrderKey): Ordering {
  if (value.kind !== 'name')
    throw validationError(
      `Argument to ORDER BY must be of type VariableReference. Type: ${operationName(value)}`,
    );
  return { name: value.token.text, descending };
}

function manipulationStatement(
  manipulation: ManipulationExpression,
  parameters: number,
): Statement {
  const { operations, source, returning } = manipulation;
  const [operation] = operations;
  if (operation?.kind === 'insert') return insertStatement(manipulation, parameters);
  const [table, index] = tableAndIndex(source);
  if (index !== undefined) throw validationError('This operation is not supported on an index');
  const constants = new Constants();
  const isDelete = operation?.kind === 'delete';
  const update = isDelete ? undefined : updateSyntax(operations, constants);
  const where = manipulation.where && whereSyntax(manipulation.where, constants);
  const clause = returning && returningClause(returning);
  const common = {
    table,
    where,
    returning: clause,
    constants: constants.values,
    parameters,
  };
  if (update) return { kind: 'update', ...update, ...common };
  if (clause !== undefined && clause !== 'ALL OLD')
    throw validationError(
      `Invalid returning clause: RETURNING ${clause} *. Only RETURNING ALL OLD * is allowed in DELETE statements.`,
    );
  return { kind: 'delete', ...common };
}

function returningClause(returning: readonly Returning[]): ReturningClause {
  const [first] = returning as readonly [Returning, ...Returning[]];
  if (returning.length > 1)
    throw validationError('Invalid syntax with multiple returning elements in RETURNING clause');
  if (!first.isStar)
    throw validationError(
      "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause",
    );
  return `${first.which} ${first.image}`;
}

function insertStatement(
  { operations, source, token, where, returning }: ManipulationExpression,
  parameters: number,
): InsertStatement {
  const [insert] = operations;
  if (insert?.kind !== 'insert' || operations.length > 1)
    throw validationError('Only one operation is allowed in a statement.');
  if (where !== undefined || source.value !== insert.target)
    throw errorAt('Unsupported FROM ... WHERE ... clause in INSERT statement.', token);
  if (!insert.isSingle)
    throw validationError(
      'Unsupported operation: Inserting multiple items in a single statement is not supported, ' +
        'use "INSERT INTO tableName VALUE item" instead',
    );
  if (insert.target.kind !== 'name')
    throw validationError(
      'FROM clause may only contain a single table name in data manipulation statements',
    );
  const table = tableName(insert.target.token.text);
  if (insert.hasPosition) throw errorAt('AT is not supported in insert statements.', token);
  if (insert.value.kind !== 'struct')
    throw errorAt(
      'Unsupported format in item expression. Please use struct format {...} to express item values for ' +
        'insert statement.',
      insert.value.token,
    );
  const constants = new Constants();
  const item = insertedItem(insert.value.fields, constants);
  if (returning) throw validationError('RETURNING is not supported in INSERT');
  return { kind: 'insert', table, item, constants: constants.values, parameters };
}

/** Parameters may only be whole attributes (recorded). */
function insertedItem(fields: readonly Field[], constants: Constants): InsertStatement['item'] {
  const seen = {};
  return fields.map((field) => {
    const name = fieldName(seen, field);
    Object.defineProperty(seen, name, { value: { NULL: true } });
    const { value } = field;
    return [
      name,
      value.kind === 'parameter' ? parameter(value.index) : constants.add(literalValue(value)),
    ];
  });
}
