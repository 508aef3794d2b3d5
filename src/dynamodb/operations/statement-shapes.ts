import { attributeValue, list, string } from '../validation/shape.js';

/** Documented: characters of a statement. */
export const statementText = string({ required: true, min: 1, max: 8192 });

export const parameters = list(attributeValue(), { min: 1 });
