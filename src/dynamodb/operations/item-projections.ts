import {
  parseAttributesToGet,
  parseProjection,
  type ExpressionAttributes,
  type Projection,
} from '../expressions/index.js';

/** The two ways in which a read names the attributes that it wants. */
export interface ProjectionInput {
  ProjectionExpression?: string;
  AttributesToGet?: string[];
}

/** The projection of a read; undefined when it wants everything. */
export function projectionOf(
  input: ProjectionInput,
  attributes: ExpressionAttributes,
): Projection | undefined {
  if (input.ProjectionExpression !== undefined)
    return parseProjection(input.ProjectionExpression, attributes);
  return input.AttributesToGet && parseAttributesToGet(input.AttributesToGet);
}
