import { attributeValueSize } from '../values/index.js';
import type { Path } from './path.js';
import type { UpdateAction, UpdateOperand } from './update.js';

/**
 * Bytes, all recorded to the byte (eu-west-2, August and October 2026): what an update is charged for its
 * parts, whatever the item holds.
 */
const UPDATE = 3;
const SET_OR_ADD = 19;
const REMOVE_OR_DELETE = 1;
const PATH_OPERAND = 1;
const PATH_OPERAND_ELEMENT = 14;
const TARGET_ELEMENT = 4;
const OPERATOR = { '+': 34, '-': 37, list_append: 37, if_not_exists: 39 } as const;

/** What a whole update is charged. */
export function updateCharge(actions: readonly UpdateAction[]): number {
  let charge = UPDATE;
  for (const action of actions) charge += targetCharge(action.path) + actionCharge(action);
  return charge;
}

function actionCharge(action: UpdateAction): number {
  switch (action.kind) {
    case 'SET':
      return SET_OR_ADD + operandCharge(action.value);
    case 'ADD':
      return SET_OR_ADD + attributeValueSize(action.value);
    case 'REMOVE':
    case 'DELETE':
      return REMOVE_OR_DELETE;
  }
}

function operandCharge(operand: UpdateOperand): number {
  switch (operand.kind) {
    case 'value':
      return attributeValueSize(operand.value);
    case 'path':
      return pathOperandCharge(operand.path);
    case 'if_not_exists':
      return (
        OPERATOR[operand.kind] + pathOperandCharge(operand.path) + operandCharge(operand.otherwise)
      );
    default:
      return OPERATOR[operand.kind] + operandCharge(operand.left) + operandCharge(operand.right);
  }
}

const pathOperandCharge = (path: Path): number =>
  path.reduce<number>(
    (sum, element) => sum + PATH_OPERAND_ELEMENT + elementSize(element),
    PATH_OPERAND,
  );

const targetCharge = (path: Path): number =>
  path.reduce<number>(
    (sum, element, at) => sum + (at === 0 ? 0 : TARGET_ELEMENT) + elementSize(element),
    0,
  );

const elementSize = (element: string | number): number => Buffer.byteLength(String(element));
