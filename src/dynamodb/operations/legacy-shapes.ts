import { attributeValue, boolean, list, oneOf } from '../validation/shape.js';
import { comparisonOperator } from './common-shapes.js';

/** Members of the parameters from before expressions: their types are checked like all others. */
export const expected = {
  AttributeValueList: list(attributeValue()),
  ComparisonOperator: comparisonOperator,
  Exists: boolean(),
  Value: attributeValue('field'),
};

export const attributeUpdate = {
  Action: oneOf('ADD', 'PUT', 'DELETE'),
  Value: attributeValue('field'),
};

export const condition = {
  ComparisonOperator: { ...comparisonOperator, required: true },
  AttributeValueList: list(attributeValue()),
};
