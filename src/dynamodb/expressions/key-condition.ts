import type { AttributeValue } from '../../lib/attribute-value.js';
import { validationError } from '../errors.js';
import type { ExpressionAttributes } from './attributes.js';
import { bindCondition } from './bind-condition.js';
import { Binding } from './binding.js';
import { Condition, type ConditionNode, type Operand } from './condition.js';
import { parseConditionSyntax } from './condition-parser.js';
import { expressionError } from './kind.js';
import { SyntaxCache } from './syntax-cache.js';

const KIND = 'KeyConditionExpression';
const syntaxes = new SyntaxCache((text) => parseConditionSyntax(KIND, text));

export type KeyOperator = '=' | '<' | '<=' | '>' | '>=' | 'BETWEEN' | 'begins_with';

/** What a key condition says of one attribute. */
export interface KeyPredicate {
  readonly attribute: string;
  /** Undefined for those that no index can answer; `KeyConditions` may name them. */
  readonly operator: KeyOperator | undefined;
  /** One value; two for BETWEEN. */
  readonly values: readonly AttributeValue[];
}

/** Which part of which partition a Query reads. */
export interface KeyCondition {
  /** The value of each partition key attribute, in their order. */
  readonly hashes: readonly AttributeValue[];
  /** Values of the first sort key attributes, all of them equalities. */
  readonly equals: readonly AttributeValue[];
  /** What is said of the sort key attribute behind those. */
  readonly range?: { readonly operator: KeyOperator; readonly values: readonly AttributeValue[] };
}

/** Names of the key attributes of a table or index. */
export interface KeyNames {
  readonly hashes: readonly string[];
  /** In the order in which items sort by them. */
  readonly ranges: readonly string[];
}

/** Parses a key condition for a known key; see {@link parseKeyPredicates} and {@link matchKey}. */
export function parseKeyCondition(
  text: string,
  attributes: ExpressionAttributes,
  key: KeyNames,
): KeyCondition {
  return matchKey(parseKeyPredicates(text, attributes), key);
}

/**
 * Parses a key condition as far as it can be without knowing the key. Whatever is wrong with it so far
 * comes before that the table is missing. Throws ValidationException in the service's words.
 */
export function parseKeyPredicates(text: string, attributes: ExpressionAttributes): KeyPredicate[] {
  return predicatesOf(bindKeyCondition(text, attributes));
}

/** The first half of {@link parseKeyPredicates}: what it has in common with other conditions. */
export function bindKeyCondition(text: string, attributes: ExpressionAttributes): Condition {
  return new Condition(bindCondition(new Binding(KIND, attributes), syntaxes.get(text)));
}

/** The second half: what a condition of keys may not be. The other expressions come before (recorded). */
export function predicatesOf({ root }: Condition): KeyPredicate[] {
  const predicates: KeyPredicate[] = [];
  collect(root, predicates);
  return predicates;
}

/**
 * Matches predicates with a key: equality for each partition key attribute and for the first sort key
 * attributes, any condition for the last one named (recorded in three regions, October 2026). Throws
 * ValidationException. The values' types are for `checkTypes`, which is handed each key attribute with its
 * values: the service checks them before it checks the operators.
 */
export function matchKey(
  predicates: readonly KeyPredicate[],
  { hashes, ranges }: KeyNames,
  checkTypes: (predicate: KeyPredicate) => void = () => undefined,
): KeyCondition {
  const attributes = hashes.length + ranges.length;
  if (predicates.length > attributes)
    throw validationError(
      `The number of query conditions (${predicates.length}) exceeds the number of key attributes ` +
        `defined in the schema (${attributes})`,
    );
  const find = (name: string): KeyPredicate | undefined =>
    predicates.find(({ attribute }) => attribute === name);
  const hashValues = hashes.map((name) => {
    const predicate = find(name);
    if (!predicate) throw missing(name);
    requireIndexable(predicate.operator);
    checkTypes(predicate);
    if (predicate.operator !== '=') throw validationError('Query key condition not supported');
    return predicate.values[0]!;
  });
  const named = ranges.filter((name) => find(name));
  if (hashes.length + named.length < predicates.length)
    throw missing(ranges.find((name) => !named.includes(name))!);
  const last = named.at(-1);
  if (last === undefined) return { hashes: hashValues, equals: [] };
  const before = ranges.slice(0, ranges.indexOf(last));
  const notEqual = before.filter((name) => find(name)?.operator !== '=');
  if (notEqual.length > 0)
    throw validationError(
      `RANGE key attributes ${notEqual.join(', ')} must have equality conditions specified in the query ` +
        `because a condition is present on key attribute ${last}`,
    );
  const { operator, values } = find(last)!;
  const range = { operator: requireIndexable(operator), values };
  for (const name of named) checkTypes(find(name)!);
  return { hashes: hashValues, equals: before.map((name) => find(name)!.values[0]!), range };
}

function requireIndexable(operator: KeyOperator | undefined): KeyOperator {
  if (operator) return operator;
  throw validationError('Attempted conditional constraint is not an indexable operation');
}

const missing = (name: string): Error =>
  validationError(`Query condition missed key schema element: ${name}`);

function collect(node: ConditionNode, predicates: KeyPredicate[]): void {
  switch (node.kind) {
    case 'and':
      for (const operand of node.operands) collect(operand, predicates);
      return;
    case 'compare': {
      const { comparator, left, right } = node;
      if (comparator === '<>') throw invalidOperator('<>');
      const isReversed = left.kind === 'value' && right.kind === 'path';
      add(predicates, isReversed ? REVERSED[comparator] : comparator, [left, right]);
      return;
    }
    case 'between':
      requireFirst('BETWEEN', node.operand);
      add(predicates, 'BETWEEN', [node.operand, node.lower, node.upper]);
      return;
    case 'begins_with':
      requireFirst('begins_with', node.operand);
      add(predicates, 'begins_with', [node.operand, node.prefix]);
      return;
    case 'or':
    case 'not':
    case 'in':
      throw invalidOperator(node.kind.toUpperCase());
    case 'contains':
      throw invalidOperator('contains');
    case 'type':
      throw invalidOperator('attribute_type');
    case 'exists':
      throw invalidOperator(node.wanted ? 'attribute_exists' : 'attribute_not_exists');
  }
}

/** The comparator that says the same with its operands the other way round. */
const REVERSED = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function add(
  predicates: KeyPredicate[],
  operator: KeyOperator,
  operands: readonly Operand[],
): void {
  let attribute: string | undefined;
  const values: AttributeValue[] = [];
  for (const operand of operands) {
    if (operand.kind === 'size' || operand.kind === 'condition')
      throw keyError('KeyConditionExpressions cannot contain nested operations');
    if (operand.kind === 'value') {
      values.push(operand.value);
      continue;
    }
    if (attribute !== undefined)
      throw invalidCondition('Multiple attribute names used in one condition');
    if (operand.path.length > 1)
      throw keyError('KeyConditionExpressions cannot have conditions on nested attributes');
    attribute = operand.path[0];
  }
  if (attribute === undefined) throw invalidCondition('No key attribute specified');
  if (predicates.some((predicate) => predicate.attribute === attribute))
    throw keyError('KeyConditionExpressions must only contain one condition per key');
  predicates.push({ attribute, operator, values });
}

function requireFirst(operator: KeyOperator, operand: Operand): void {
  if (operand.kind === 'value')
    throw invalidCondition(`${operator} operator must have the key attribute as its first operand`);
}

/** Recorded, October 2026: these messages name the parameter too; earlier they did not. */
const keyError = (message: string): Error => expressionError(KIND, message);
const invalidOperator = (operator: string): Error =>
  keyError(`Invalid operator used in KeyConditionExpression: ${operator}`);
const invalidCondition = (reason: string): Error =>
  keyError(`Invalid condition in KeyConditionExpression: ${reason}`);
