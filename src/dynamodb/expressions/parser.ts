import { expressionError, type ExpressionKind } from './kind.js';
import { tokenise, type Token, type TokenKind } from './lexer.js';
import { isReservedWord } from './reserved-words.js';
import type {
  FunctionSyntax,
  OperandSyntax,
  PathElementSyntax,
  PathSyntax,
  ValueSyntax,
} from './syntax.js';

/** Documented: 4 KB of UTF-8 an expression. */
const MAX_EXPRESSION_BYTES = 4096;
/** Documented: 300 operators and functions an expression. */
const MAX_OPERATORS = 300;
/**
 * Parentheses this deep are redundant or hold too many operators, whatever is in them: each level needs
 * an operator of its own. Keeps recursion within bounds.
 */
const MAX_PARENTHESES = MAX_OPERATORS + 2;
/** Recorded: list indexes are Java integers. */
const MAX_INDEX = 2 ** 31 - 1;

/** A syntax tree, and whether parentheses stand directly around it. */
export interface Parsed<Syntax> {
  readonly syntax: Syntax;
  readonly parenthesised: boolean;
}

/** What the parsers of all expressions have in common: the tokens, paths, values and functions. */
export class Parser {
  readonly kind: ExpressionKind;
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  /** The digits of list indexes that are too great; numbers would not show them all. */
  readonly #outOfRange = new Map<number, string>();
  #operators = 0;
  #depth = 0;

  /** Throws when the text is empty or too long. */
  constructor(kind: ExpressionKind, text: string) {
    this.kind = kind;
    this.#text = text;
    if (text === '') throw this.error('The expression can not be empty;');
    const size = Buffer.byteLength(text);
    if (size > MAX_EXPRESSION_BYTES)
      throw this.error(
        'Expression size has exceeded the maximum allowed size;' +
          // Recorded: only of these two is the size told.
          (kind === 'FilterExpression' || kind === 'ConditionExpression'
            ? ` expression size: ${size}`
            : ''),
      );
    this.#tokens = tokenise(text);
  }

  error(message: string): Error {
    return expressionError(this.kind, message);
  }

  get token(): Token {
    return this.#tokens[this.#at]!;
  }

  is(kind: TokenKind): boolean {
    return this.token.kind === kind;
  }

  next(): Token {
    const { token } = this;
    this.#at += 1;
    return token;
  }

  /** Takes the token when it is of this kind. */
  accept(kind: TokenKind): boolean {
    if (!this.is(kind)) return false;
    this.#at += 1;
    return true;
  }

  expect(kind: TokenKind): Token {
    return this.is(kind) ? this.next() : this.refuse();
  }

  /** Throws that the token cannot stand here, and shows it with its neighbours. */
  refuse(): never {
    const at = this.#at;
    const start = (this.#tokens[at - 1] ?? this.token).start;
    const end = (this.#tokens[at + 1] ?? this.token).end;
    const near = this.#text.slice(start, end);
    throw this.error(`Syntax error; token: "${this.token.text}", near: "${near}"`);
  }

  /** Counts an operator or function. */
  countOperator(): void {
    this.#operators += 1;
  }

  /** Throws unless the whole expression has been read and holds no more operators than it may. */
  finish(): void {
    if (!this.is('end')) this.refuse();
    if (this.#operators > MAX_OPERATORS)
      throw this.error(
        `The expression contains too many operators; operator count: ${this.#operators}`,
      );
  }

  /** `(` inner `)`; the token is the opening one. */
  parenthesised<Syntax>(inner: () => Parsed<Syntax>): Parsed<Syntax> {
    this.expect('(');
    this.#depth += 1;
    if (this.#depth > MAX_PARENTHESES) throw this.#redundant();
    const { syntax, parenthesised } = inner();
    this.expect(')');
    this.#depth -= 1;
    if (parenthesised) throw this.#redundant();
    return { syntax, parenthesised: true };
  }

  #redundant(): Error {
    return this.error('The expression has redundant parentheses;');
  }

  /** A path, a value or a function, without parentheses. */
  operand(): OperandSyntax {
    if (this.is('value')) return this.value();
    const path = this.path();
    if (!this.is('(') || path.elements.length > 1 || path.hasPlaceholders) return path;
    return this.#function(path.elements[0] as string);
  }

  /** An operand, in parentheses or not. */
  operandInParentheses(): Parsed<OperandSyntax> {
    if (this.is('(')) return this.parenthesised(() => this.operandInParentheses());
    return { syntax: this.operand(), parenthesised: false };
  }

  value(): ValueSyntax {
    return { kind: 'value', placeholder: this.expect('value').text };
  }

  path(): PathSyntax {
    const first = this.#name();
    return this.pathFrom({ kind: 'path', elements: [first], hasPlaceholders: first[0] === '#' });
  }

  /** Reads on where a path may go on: `.name`, `[index]`. */
  pathFrom(path: PathSyntax): PathSyntax {
    if (!this.is('.') && !this.is('[')) return path;
    const elements: PathElementSyntax[] = [...path.elements];
    let { hasPlaceholders } = path;
    for (;;) {
      if (this.accept('.')) {
        const name = this.#name();
        hasPlaceholders ||= name.startsWith('#');
        elements.push(name);
      } else if (this.accept('[')) {
        const digits = this.expect('integer').text;
        this.expect(']');
        const index = Number(digits);
        // Reported by checkPath: a syntax error behind it comes first.
        if (index > MAX_INDEX) this.#outOfRange.set(index, digits);
        elements.push(index);
      } else return { kind: 'path', elements, hasPlaceholders };
    }
  }

  #name(): string {
    if (this.is('identifier') || this.is('name')) return this.next().text;
    return this.refuse();
  }

  #function(name: string): FunctionSyntax {
    this.countOperator();
    this.expect('(');
    const operands = this.list();
    this.expect(')');
    return { kind: 'function', name, operands };
  }

  /** Operands between commas, at least one. */
  list(): OperandSyntax[] {
    const operands = [this.operandInParentheses().syntax];
    while (this.accept(',')) operands.push(this.operandInParentheses().syntax);
    return operands;
  }

  /** Throws for names that are reserved words, and indexes that are out of range. */
  checkPath(path: PathSyntax): void {
    for (const element of path.elements)
      if (typeof element === 'number') {
        const digits = this.#outOfRange.get(element);
        if (digits !== undefined)
          throw this.error(`List index is not within the allowable range; index: [${digits}]`);
      } else if (isReservedWord(element))
        throw this.error(`Attribute name is a reserved keyword; reserved keyword: ${element}`);
  }
}
