import { isOfConditions, UPDATE_FUNCTIONS } from './functions.js';
import { Parser, type Parsed } from './parser.js';
import type { ActionSyntax, ArithmeticSyntax, OperandSyntax, UpdateSyntax } from './syntax.js';

type Section = ActionSyntax['kind'];

/** Reads an update, and checks what can be checked without names and values, in the service's order. */
export function parseUpdateSyntax(text: string): UpdateSyntax {
  const parser = new Parser('UpdateExpression', text);
  const clauses: { section: Section; actions: ActionSyntax[] }[] = [];
  do {
    const section = parseSection(parser);
    const actions = [parseAction(parser, section)];
    while (parser.accept(',')) actions.push(parseAction(parser, section));
    clauses.push({ section, actions });
  } while (!parser.is('end'));
  parser.finish();

  // Recorded: section by section, each with all its clauses, and then whether it has only one.
  for (const section of new Set(clauses.map((clause) => clause.section))) {
    const own = clauses.filter((clause) => clause.section === section);
    for (const { actions } of own) for (const action of actions) checkAction(parser, action);
    if (own.length > 1)
      throw parser.error(`The "${section}" section can only be used once in an update expression;`);
  }
  return clauses.flatMap((clause) => clause.actions);
}

function parseSection(parser: Parser): Section {
  const { kind } = parser.token;
  if (kind !== 'SET' && kind !== 'REMOVE' && kind !== 'ADD' && kind !== 'DELETE')
    return parser.refuse();
  parser.next();
  return kind;
}

function parseAction(parser: Parser, kind: Section): ActionSyntax {
  const path = parser.path();
  if (kind === 'REMOVE') return { kind, path };
  if (kind !== 'SET') return { kind, path, value: parser.value() };
  parser.expect('=');
  return { kind, path, value: parseSetValue(parser) };
}

/** An operand, or an addition or subtraction of two; in parentheses or not. */
function parseSetValue(parser: Parser): OperandSyntax | ArithmeticSyntax {
  const { syntax } = parser.is('(')
    ? parser.parenthesised(() => parseArithmetic(parser))
    : parseArithmetic(parser);
  if (syntax.kind === 'arithmetic') return syntax;
  return parseOperator(parser, syntax) ?? syntax;
}

function parseArithmetic(parser: Parser): Parsed<OperandSyntax | ArithmeticSyntax> {
  const left = parser.operandInParentheses();
  const arithmetic = parseOperator(parser, left.syntax);
  return arithmetic ? { syntax: arithmetic, parenthesised: false } : left;
}

function parseOperator(parser: Parser, left: OperandSyntax): ArithmeticSyntax | undefined {
  const { kind: operator } = parser.token;
  if (operator !== '+' && operator !== '-') return undefined;
  parser.next();
  parser.countOperator();
  return { kind: 'arithmetic', operator, left, right: parser.operandInParentheses().syntax };
}

function checkAction(parser: Parser, action: ActionSyntax): void {
  parser.checkPath(action.path);
  if (action.kind === 'SET') checkValue(parser, action.value);
}

function checkValue(parser: Parser, value: OperandSyntax | ArithmeticSyntax): void {
  switch (value.kind) {
    case 'path':
      parser.checkPath(value);
      return;
    case 'value':
      return;
    case 'arithmetic':
      checkValue(parser, value.left);
      checkValue(parser, value.right);
      return;
    case 'function':
      if (!UPDATE_FUNCTIONS.has(value.name))
        throw parser.error(
          isOfConditions(value.name)
            ? `The function is not allowed in an update expression; function: ${value.name}`
            : `Invalid function name; function: ${value.name}`,
        );
      for (const operand of value.operands) checkValue(parser, operand);
  }
}
