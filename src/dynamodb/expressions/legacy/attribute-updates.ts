import type { AttributeType, AttributeValue } from '../../../lib/attribute-value.js';
import { INVALID_PARAMETER, validationError } from '../../errors.js';
import {
  isNameTooLong,
  NAME_TOO_LONG,
  parseAttributeValue,
  typeOf,
  type Wording,
} from '../../values/index.js';
import type { Path } from '../path.js';
import { joinPaths } from '../path-tree.js';
import { Update, type UpdateAction } from '../update.js';

/** A member of `AttributeUpdates`. */
export interface AttributeValueUpdate {
  /** PUT unless given. */
  readonly Action?: 'PUT' | 'ADD' | 'DELETE' | null | undefined;
  readonly Value?: unknown;
}

const SETS: readonly AttributeType[] = ['SS', 'NS', 'BS'];
/** Recorded: lists too, although the documentation speaks of numbers and sets alone. */
const ADDABLE: readonly AttributeType[] = ['N', 'L', ...SETS];

/**
 * The update that `AttributeUpdates` describes. The JSON types and the actions' names have been checked.
 * Throws ValidationException in the service's words.
 */
export function parseAttributeUpdates(
  updates: Readonly<Record<string, AttributeValueUpdate | null>>,
  wording: Wording = 'current',
): Update {
  const actions = Object.entries(updates).map(([name, update]) =>
    actionOf(name, update ?? {}, wording),
  );
  const paths = actions.map(({ path }) => path);
  const tree = joinPaths('UpdateExpression', paths, (at) => at);
  return new Update(actions, tree, 'AttributeUpdates');
}

function actionOf(name: string, update: AttributeValueUpdate, wording: Wording): UpdateAction {
  if (isNameTooLong(name)) throw validationError(`${INVALID_PARAMETER}${NAME_TOO_LONG}`);
  const path: Path = [name];
  const action = update.Action ?? 'PUT';
  if (update.Value === undefined || update.Value === null) {
    if (action === 'DELETE') return { kind: 'REMOVE', path };
    throw refuse('Only DELETE action is allowed when no attribute value is specified');
  }
  const value = parseAttributeValue(update.Value, wording);
  if (action === 'PUT') return { kind: 'SET', path, value: { kind: 'value', value } };
  checkType(action, value);
  return { kind: action, path, value };
}

function checkType(action: 'ADD' | 'DELETE', value: AttributeValue): void {
  const type = typeOf(value);
  if (action === 'ADD' && !ADDABLE.includes(type))
    throw refuse(`ADD action is not supported for the type ${type}`);
  if (action === 'DELETE' && !SETS.includes(type))
    throw refuse(`DELETE action with value is not supported for the type ${type}`);
}

const refuse = (reason: string): Error => validationError(INVALID_PARAMETER + reason);
