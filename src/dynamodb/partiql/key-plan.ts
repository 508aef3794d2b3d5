import type { AttributeValue } from '../../lib/attribute-value.js';
import { validationError } from '../errors.js';
import {
  Condition,
  type ConditionNode,
  type KeyOperator,
  type Operand,
} from '../expressions/index.js';
import { checkKeyValue } from '../items/item-keys.js';
import { queryRange } from '../items/key-range.js';
import type { KeyRange } from '../storage/store.js';
import type { Index, KeyAttribute, Table } from '../tables/table.js';
import { equalValues } from '../values/index.js';

/** Recorded: into how many reads one SELECT may be taken apart. */
const MAX_READS = 50;

/** One of the reads that a SELECT by key is made of. */
export interface KeyedRead {
  readonly hash: AttributeValue;
  readonly range: KeyRange;
  /** What the key does not answer. */
  readonly filter: Condition | undefined;
}

/** What a WHERE says of the key, and of everything else. */
interface Branch {
  readonly hash: AttributeValue;
  readonly ranges: readonly KeyPredicate[];
  readonly filters: readonly ConditionNode[];
  /** It names several values of the partition key. */
  readonly conflicts: boolean;
}

interface KeyPredicate {
  readonly attribute: string;
  readonly operator: KeyOperator;
  readonly values: readonly AttributeValue[];
}

/** A part of a condition that its `and`s and `or`s are taken apart into. */
type Atom = KeyPredicate | ConditionNode;

const isPredicate = (atom: Atom): atom is KeyPredicate => 'attribute' in atom;
const isCondition = (atom: Atom): atom is ConditionNode => !isPredicate(atom);

/**
 * Takes a WHERE apart into reads by key: each alternative must name one value of the partition key. Undefined
 * when it does not, and the table or index must be scanned.
 *
 * Throws ValidationException for keys of wrong types, too many reads, and alternatives that would read
 * the same items twice.
 */
export function planReads(
  source: Table | Index,
  condition: ConditionNode,
): readonly KeyedRead[] | undefined {
  const planner = new Planner(source);
  if (!planner.pinsPartition(condition)) return undefined;
  if (planner.countBranches(condition) > MAX_READS)
    throw validationError('Too many decomposed read operations for a given query.');
  const branches = planner.branchesOf(condition);
  // Recorded: an alternative that names two partitions makes none of them a read by key.
  if (branches.length > 1 && branches.some(({ conflicts }) => conflicts)) return undefined;
  for (const branch of branches) checkTypes(source, branch);
  return readsOf(source, branches, condition);
}

class Planner {
  readonly #hash: string;
  readonly #range: string | undefined;

  constructor({ hashes, ranges }: Table | Index) {
    this.#hash = hashes[0]!.name;
    this.#range = ranges[0]?.name;
  }

  /** Whether each alternative names one value of the partition key. */
  pinsPartition(node: ConditionNode): boolean {
    switch (node.kind) {
      case 'and':
        return node.operands.some((operand) => this.pinsPartition(operand));
      case 'or':
        return node.operands.every((operand) => this.pinsPartition(operand));
      default:
        return (
          this.#alternatives(node)?.every(({ attribute }) => attribute === this.#hash) ?? false
        );
    }
  }

  countBranches(node: ConditionNode): number {
    switch (node.kind) {
      case 'and':
        return node.operands.reduce((product, operand) => product * this.countBranches(operand), 1);
      case 'or':
        if (!this.#namesKey(node)) return 1;
        return node.operands.reduce((sum, operand) => sum + this.countBranches(operand), 0);
      default:
        return this.#alternatives(node)?.length ?? 1;
    }
  }

  branchesOf(node: ConditionNode): Branch[] {
    return this.#products(node).map((atoms) => {
      const predicates = atoms.filter(isPredicate);
      const hash = predicates.find(({ attribute }) => attribute === this.#hash)!;
      const others = predicates.filter(
        (predicate) =>
          predicate.attribute === this.#hash && !equalValues(predicate.values[0]!, hash.values[0]!),
      );
      return {
        hash: hash.values[0]!,
        ranges: predicates.filter(({ attribute }) => attribute === this.#range),
        filters: [
          ...atoms.filter(isCondition),
          ...others.map((predicate) => comparison(predicate)),
        ],
        conflicts: others.length > 0,
      };
    });
  }

  /** The alternatives of a condition, each as what must hold together. */
  #products(node: ConditionNode): Atom[][] {
    switch (node.kind) {
      case 'and':
        return node.operands
          .map((operand) => this.#products(operand))
          .reduce((products, next) =>
            products.flatMap((product) => next.map((more) => [...product, ...more])),
          );
      case 'or':
        return this.#namesKey(node)
          ? node.operands.flatMap((operand) => this.#products(operand))
          : [[node]];
      default:
        return this.#alternatives(node)?.map((predicate) => [predicate]) ?? [[node]];
    }
  }

  #namesKey(node: ConditionNode): boolean {
    return node.kind === 'and' || node.kind === 'or'
      ? node.operands.some((operand) => this.#namesKey(operand))
      : this.#alternatives(node) !== undefined;
  }

  /** What a comparison says of the key, undefined when it does not; several for IN. */
  #alternatives(node: ConditionNode): readonly KeyPredicate[] | undefined {
    switch (node.kind) {
      case 'compare':
        return this.#comparisonOf(node);
      case 'in': {
        const attribute = this.#keyIn(node.operand);
        const values = valuesIn(node.list);
        return attribute === undefined || !values
          ? undefined
          : values.map((value) => ({ attribute, operator: '=', values: [value] }));
      }
      case 'between':
        return this.#ofRange('BETWEEN', node.operand, [node.lower, node.upper]);
      case 'begins_with':
        return this.#ofRange('begins_with', node.operand, [node.prefix]);
      default:
        return undefined;
    }
  }

  #comparisonOf({
    comparator,
    left,
    right,
  }: Extract<ConditionNode, { kind: 'compare' }>): readonly KeyPredicate[] | undefined {
    if (comparator === '<>') return undefined;
    const isReversed = left.kind === 'value';
    const operator = isReversed ? REVERSED[comparator] : comparator;
    const attribute = this.#keyIn(isReversed ? right : left);
    const values = valuesIn([isReversed ? left : right]);
    if (attribute === undefined || !values) return undefined;
    return attribute === this.#hash && operator !== '='
      ? undefined
      : [{ attribute, operator, values }];
  }

  #ofRange(
    operator: KeyOperator,
    operand: Operand,
    operands: readonly Operand[],
  ): readonly KeyPredicate[] | undefined {
    const attribute = this.#keyIn(operand);
    const values = valuesIn(operands);
    return attribute === this.#range && attribute !== undefined && values
      ? [{ attribute, operator, values }]
      : undefined;
  }

  #keyIn(operand: Operand): string | undefined {
    if (operand.kind !== 'path' || operand.path.length > 1) return undefined;
    const [name] = operand.path;
    return name === this.#hash || name === this.#range ? name : undefined;
  }
}

const REVERSED = { '=': '=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

function valuesIn(operands: readonly Operand[]): AttributeValue[] | undefined {
  const values = operands.flatMap((operand) => (operand.kind === 'value' ? operand.value : []));
  return values.length === operands.length ? values : undefined;
}

const comparison = ({ attribute, values }: KeyPredicate): ConditionNode => ({
  kind: 'compare',
  comparator: '=',
  left: { kind: 'path', path: [attribute] },
  right: { kind: 'value', value: values[0]! },
});

function checkTypes({ hashes, ranges }: Table | Index, branch: Branch): void {
  checkKeyType(hashes[0]!, branch.hash, true);
  for (const { values } of branch.ranges)
    for (const value of values) checkKeyType(ranges[0]!, value, false);
}

/** Throws when a value cannot be that of a key attribute. */
export function checkKeyType(key: KeyAttribute, value: AttributeValue, isHash: boolean): void {
  if (value[key.type] === undefined)
    throw validationError(
      `Key attribute's data type should match its data type in table's schema: Key ${key.name}`,
    );
  checkKeyValue(key, value, isHash);
}

/** Branches by partition, partitions as they first occur, the branches of one in the sort key's order. */
function readsOf(
  source: Table | Index,
  branches: readonly Branch[],
  whole: ConditionNode,
): KeyedRead[] {
  const partitions: { hash: AttributeValue; branches: Branch[] }[] = [];
  for (const branch of branches) {
    const partition = partitions.find(({ hash }) => equalValues(hash, branch.hash));
    if (partition) partition.branches.push(branch);
    else partitions.push({ hash: branch.hash, branches: [branch] });
  }
  const rangeName = source.ranges[0]?.name;
  return partitions.flatMap(({ hash, branches: own }) => {
    // Recorded: conditions of the sort key that are negated may overlap; each item is returned once.
    if (
      own.length > 1 &&
      own.some(({ filters }) => filters.some((node) => isNegated(node, rangeName)))
    )
      return [{ hash, range: rangeOf(source, hash, []), filter: new Condition(whole) }];
    const reads = own.map((branch) => ({
      hash,
      range: rangeOf(source, hash, branch.ranges),
      filter: filterOf(branch.filters),
    }));
    return separate(reads);
  });
}

function isNegated(node: ConditionNode, rangeName: string | undefined): boolean {
  const isNegative = node.kind === 'not' || (node.kind === 'compare' && node.comparator === '<>');
  return isNegative && rangeName !== undefined && new Condition(node).attributes.has(rangeName);
}

/** Where all predicates hold. */
function rangeOf(
  source: Table | Index,
  hash: AttributeValue,
  predicates: readonly KeyPredicate[],
): KeyRange {
  const partition = queryRange(source, { hashes: [hash], equals: [] });
  return predicates
    .map((range) => queryRange(source, { hashes: [hash], equals: [], range }))
    .reduce(
      (all, one) => ({
        start: Buffer.compare(all.start, one.start) < 0 ? one.start : all.start,
        end: Buffer.compare(all.end, one.end) < 0 ? all.end : one.end,
      }),
      partition,
    );
}

const filterOf = (filters: readonly ConditionNode[]): Condition | undefined =>
  filters.length === 0
    ? undefined
    : new Condition(filters.length === 1 ? filters[0]! : { kind: 'and', operands: filters });

/** The reads of one partition in order, without those that cannot find anything. Throws when they overlap. */
function separate(reads: readonly KeyedRead[]): KeyedRead[] {
  const sorted = reads
    .filter(({ range }) => Buffer.compare(range.start, range.end) < 0)
    .sort((a, b) => Buffer.compare(a.range.start, b.range.start));
  for (let at = 1; at < sorted.length; at += 1)
    if (Buffer.compare(sorted[at]!.range.start, sorted[at - 1]!.range.end) < 0)
      throw validationError(
        'Overlapping conditions with range keys are not supported in where clause',
      );
  return sorted;
}
