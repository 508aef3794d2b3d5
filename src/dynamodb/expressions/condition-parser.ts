import {
  CONDITION_FUNCTIONS,
  isOfConditions,
  OPERAND_FUNCTIONS,
  UPDATE_FUNCTIONS,
} from './functions.js';
import type { ExpressionKind } from './kind.js';
import { Parser, type Parsed } from './parser.js';
import type { TokenKind } from './lexer.js';
import type {
  Comparator,
  ComparedSyntax,
  ConditionSyntax,
  FunctionSyntax,
  OperandSyntax,
} from './syntax.js';

const COMPARATORS: ReadonlySet<TokenKind> = new Set(['=', '<>', '<', '<=', '>', '>=']);

/** Until a comparator follows, nobody knows whether what was read is a condition or an operand of one. */
type Term = ConditionSyntax | OperandSyntax;

/**
 * Reads a condition, filter or key condition, and checks what can be checked without names and values, in
 * the service's order: syntax, then words and functions as they are written.
 */
export function parseConditionSyntax(kind: ExpressionKind, text: string): ConditionSyntax {
  const parser = new Parser(kind, text);
  const condition = assertCondition(parser, parseOr(parser).syntax);
  parser.finish();
  checkCondition(parser, condition);
  return condition;
}

function parseOr(parser: Parser): Parsed<Term> {
  return parseChain(parser, 'OR', 'or', parseAnd);
}

function parseAnd(parser: Parser): Parsed<Term> {
  return parseChain(parser, 'AND', 'and', parseNot);
}

function parseChain(
  parser: Parser,
  keyword: 'AND' | 'OR',
  kind: 'and' | 'or',
  parseOperand: (parser: Parser) => Parsed<Term>,
): Parsed<Term> {
  const first = parseOperand(parser);
  if (!parser.is(keyword)) return first;
  const operands = [assertCondition(parser, first.syntax)];
  while (parser.accept(keyword)) {
    parser.countOperator();
    operands.push(assertCondition(parser, parseOperand(parser).syntax));
  }
  return { syntax: { kind, operands }, parenthesised: false };
}

function parseNot(parser: Parser): Parsed<Term> {
  let negations = 0;
  while (parser.accept('NOT')) {
    parser.countOperator();
    negations += 1;
  }
  const term = parseTerm(parser);
  if (negations === 0) return term;
  let condition = assertCondition(parser, term.syntax);
  for (; negations > 0; negations -= 1) condition = { kind: 'not', operand: condition };
  return { syntax: condition, parenthesised: false };
}

function parseTerm(parser: Parser): Parsed<Term> {
  if (!parser.is('(')) return { syntax: parseRest(parser, parser.operand()), parenthesised: false };
  const term = parser.parenthesised(() => parseOr(parser));
  if (!isOperand(term.syntax)) return term;
  // `(a).b` goes on as the path it stands for.
  const operand = term.syntax.kind === 'path' ? parser.pathFrom(term.syntax) : term.syntax;
  const syntax = parseRest(parser, operand);
  return syntax === term.syntax ? term : { syntax, parenthesised: false };
}

/** What may follow an operand; the operand itself when nothing does. */
function parseRest(parser: Parser, left: OperandSyntax): Term {
  const { kind } = parser.token;
  if (COMPARATORS.has(kind)) {
    const comparator = parser.next().kind as Comparator;
    parser.countOperator();
    return { kind: 'compare', comparator, left, right: parseOperand(parser) };
  }
  if (parser.accept('BETWEEN')) {
    parser.countOperator();
    const lower = parseOperand(parser);
    parser.expect('AND');
    return { kind: 'between', operand: left, lower, upper: parseOperand(parser) };
  }
  if (parser.accept('IN')) {
    parser.countOperator();
    parser.expect('(');
    const list = parser.list();
    parser.expect(')');
    return { kind: 'in', operand: left, list };
  }
  return left;
}

function parseOperand(parser: Parser): OperandSyntax {
  const { syntax, parenthesised } = parser.operandInParentheses();
  return parenthesised && syntax.kind === 'path' ? parser.pathFrom(syntax) : syntax;
}

const isOperand = (term: Term): term is OperandSyntax =>
  term.kind === 'path' || term.kind === 'value' || term.kind === 'function';

/** A path or value alone is no condition: an operator is missing where the parser stands. */
function assertCondition(parser: Parser, term: Term): ConditionSyntax {
  return term.kind === 'path' || term.kind === 'value' ? parser.refuse() : term;
}

function checkCondition(parser: Parser, condition: ConditionSyntax): void {
  switch (condition.kind) {
    case 'and':
    case 'or':
      for (const operand of condition.operands) checkCondition(parser, operand);
      return;
    case 'not':
      checkCondition(parser, condition.operand);
      return;
    case 'compare':
      checkOperands(parser, [condition.left, condition.right]);
      return;
    case 'between':
      checkOperands(parser, [condition.operand, condition.lower, condition.upper]);
      return;
    case 'in':
      checkOperands(parser, [condition.operand, ...condition.list]);
      return;
    case 'function':
      checkFunction(parser, condition, CONDITION_FUNCTIONS);
      return;
  }
}

function checkOperands(parser: Parser, operands: readonly ComparedSyntax[]): void {
  for (const operand of operands) {
    if (operand.kind === 'path') parser.checkPath(operand);
    else if (operand.kind === 'function') checkFunction(parser, operand, OPERAND_FUNCTIONS);
  }
}

/** `allowed`: the functions that may stand in this place. */
function checkFunction(
  parser: Parser,
  call: FunctionSyntax,
  allowed: ReadonlyMap<string, number>,
): void {
  const { name } = call;
  if (!allowed.has(name)) {
    if (UPDATE_FUNCTIONS.has(name))
      throw parser.error(
        `The function is not allowed in a condition expression; function: ${name}`,
      );
    throw parser.error(
      isOfConditions(name)
        ? `The function is not allowed to be used this way in an expression; function: ${name}`
        : `Invalid function name; function: ${name}`,
    );
  }
  checkOperands(parser, call.operands);
}
