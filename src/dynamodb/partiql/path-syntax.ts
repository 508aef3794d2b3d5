import { validationError } from '../errors.js';
import { errorAt } from './errors.js';
import type { Expression, PathStep } from './expression.js';

/** The greatest index that a Java integer holds. */
const MAX_INDEX = 2 ** 31 - 1;

export type PathElements = readonly [string, ...(string | number)[]];

/** The document path that an expression is. Throws ValidationException when it is none. */
export function pathElements(expression: Expression): PathElements {
  if (expression.kind === 'name') return [nameIn(expression)];
  if (expression.kind !== 'path' || expression.root.kind !== 'name') {
    const { token } = expression.kind === 'path' ? expression.root : expression;
    throw errorAt('Unexpected path component', token);
  }
  return [nameIn(expression.root), ...expression.steps.map(elementOf)];
}

export const isPath = ({ kind }: Expression): boolean => kind === 'name' || kind === 'path';

function nameIn({ token }: Expression): string {
  if (token.text === '') throw emptyComponent();
  return token.text;
}

export const emptyComponent = (): Error =>
  validationError('Path component cannot be an empty string');

function elementOf(step: PathStep): string | number {
  switch (step.kind) {
    case 'member':
      if (step.name === '') throw emptyComponent();
      return step.name;
    case 'index':
      return indexOf(step.index);
    case 'unpivot':
      throw errorAt('Unpivot path component like a.*.b are not supported', step.token);
    case 'wildcard':
      throw errorAt('Wildcard path component like a[*].b are not supported', step.token);
  }
}

/** Between brackets, strings and names are member names. */
function indexOf(expression: Expression): string | number {
  const { kind, token } = expression;
  if (kind === 'string' || kind === 'name') return token.text;
  if (kind !== 'number' || !/^-?\d+$/.test(expression.text))
    throw errorAt('Unexpected path component', token);
  const index = BigInt(expression.text);
  if (index < 0n || index > BigInt(MAX_INDEX))
    throw errorAt(`List index is not within the allowable range; index: [${String(index)}]`, token);
  return Number(index);
}
