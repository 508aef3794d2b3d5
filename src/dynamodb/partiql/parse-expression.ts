import { notWellFormed } from './errors.js';
import type { Expression } from './expression.js';
import { ExpressionParser } from './expression-parser.js';
import { tokenize } from './lexer.js';

export interface Parsed {
  readonly expression: Expression;
  /** `?`s in the statement. */
  readonly parameters: number;
}

/** Parses a whole statement. Throws ValidationException in the service's words. */
export function parseExpression(text: string): Parsed {
  const parser = new ExpressionParser(tokenize(text));
  const expression = parser.parse();
  const { reader, parameters } = parser;
  if (reader.takeSymbol(';') && reader.head.type !== 'end')
    throw notWellFormed('Unexpected token after semicolon. (Only one query is allowed.)');
  if (reader.head.type !== 'end') throw notWellFormed('Unexpected token after expression');
  return { expression, parameters };
}
