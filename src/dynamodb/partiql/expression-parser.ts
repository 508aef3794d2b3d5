import { notWellFormed } from './errors.js';
import type { Expression, Field, PathStep } from './expression.js';
import { isFunction, TYPES } from './keywords.js';
import { StatementParser } from './statement-parser.js';
import { TokenReader } from './token-reader.js';
import type { Token } from './token.js';

/** How strongly operators bind: PartiQL's, which is published. */
const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['or', 10],
  ['and', 20],
  ['=', 40],
  ['<>', 40],
  ['is', 40],
  ['is not', 40],
  ['in', 40],
  ['not in', 40],
  ['<', 50],
  ['<=', 50],
  ['>', 50],
  ['>=', 50],
  ['between', 50],
  ['not between', 50],
  ['like', 50],
  ['not like', 50],
  ['+', 60],
  ['-', 60],
  ['||', 60],
  ['*', 70],
  ['/', 70],
  ['%', 70],
]);
const NOT_PRECEDENCE = 30;

/** Operators that a term cannot begin with; the others are punctuation. */
const OPERATORS = new Set(['=', '<>', '<', '<=', '>', '>=', '||', '/', '%', '@']);
const OPERATOR_KEYWORDS = new Set([
  'and',
  'or',
  'is',
  'is not',
  'in',
  'not in',
  'between',
  'not between',
  'like',
  'not like',
]);

/** More would exhaust the stack; the deepest statement of 8192 characters that makes sense is far flatter. */
const MAX_NESTING = 500;

/** Parses expressions, by PartiQL's published grammar; throws what the service says of wrong ones. */
export class ExpressionParser {
  readonly reader: TokenReader;
  readonly #statements: StatementParser;
  #parameters = 0;
  #nesting = 0;

  constructor(tokens: readonly Token[]) {
    this.reader = new TokenReader(tokens);
    this.#statements = new StatementParser(this);
  }

  /** `?`s so far. */
  get parameters(): number {
    return this.#parameters;
  }

  /** Parses as far as operators bind more strongly than `precedence`. */
  parse(precedence = -1): Expression {
    this.#nesting += 1;
    if (this.#nesting > MAX_NESTING) throw notWellFormed('');
    let expression = this.#parseUnary();
    for (let chained = 0; ; chained += 1) {
      const operator = this.reader.head;
      const own =
        operator.type === 'symbol' || operator.type === 'keyword'
          ? PRECEDENCE.get(operator.text)
          : undefined;
      if (own === undefined || own <= precedence) break;
      // Each operator puts what is before it one level deeper, but for chains of these, which become lists.
      const isJoined = operator.text === 'and' || operator.text === 'or';
      if (chained > MAX_NESTING && !isJoined) throw notWellFormed('');
      expression = this.#parseInfix(expression, operator, own);
    }
    this.#nesting -= 1;
    return expression;
  }

  #parseInfix(left: Expression, token: Token, precedence: number): Expression {
    switch (token.text) {
      case 'is':
      case 'is not':
        this.reader.take();
        return negated(token, 'is not', {
          kind: 'is',
          token,
          operand: left,
          type: this.#parseType(),
        });
      case 'in':
      case 'not in': {
        const right = this.#parseInList(token) ?? this.#parseRight(precedence);
        return negated(token, 'not in', {
          kind: 'binary',
          token,
          operator: 'in',
          left,
          right,
        });
      }
      case 'between':
      case 'not between': {
        const lower = this.#parseRight(precedence);
        this.reader.expectKeyword('and');
        if (this.reader.head.type === 'end') throw notWellFormed('Expected expression after AND');
        const upper = this.parse(precedence);
        return negated(token, 'not between', {
          kind: 'between',
          token,
          operand: left,
          lower,
          upper,
        });
      }
      case 'like':
      case 'not like': {
        const right = this.#parseRight(precedence);
        if (this.reader.takeKeyword('escape')) this.parse(precedence);
        return negated(token, 'not like', { kind: 'binary', token, operator: 'like', left, right });
      }
      default: {
        const right = this.#parseRight(precedence);
        return { kind: 'binary', token, operator: token.text, left, right };
      }
    }
  }

  /** Takes the operator, and parses what stands behind it. */
  #parseRight(precedence: number): Expression {
    if (this.reader.left < 3)
      throw notWellFormed('Missing right-hand side expression of infix operator');
    this.reader.take();
    return this.parse(precedence);
  }

  /** `IN (…)` is a list, however many members it has; undefined when it is something else. */
  #parseInList(token: Token): Expression | undefined {
    if (!this.#isSymbolNext('(')) return undefined;
    const inner = this.reader.peek(2);
    if (inner?.type === 'keyword' && (inner.text === 'select' || inner.text === 'values'))
      return undefined;
    this.reader.take();
    this.reader.take();
    const members = this.#parseList();
    this.reader.expectSymbol(')');
    return { kind: 'list', token, members };
  }

  #isSymbolNext(symbol: string): boolean {
    const next = this.reader.peek();
    return next?.type === 'symbol' && next.text === symbol;
  }

  #parseType(): string {
    const { type, text } = this.reader.head;
    const isType = (type === 'keyword' || type === 'null' || type === 'missing') && TYPES.has(text);
    if (!isType) throw notWellFormed('Expected type name');
    this.reader.take();
    if (this.reader.takeSymbol('(')) {
      this.#parseList();
      this.reader.expectSymbol(')');
    }
    return text;
  }

  #parseUnary(): Expression {
    const { reader } = this;
    const token = reader.head;
    if (reader.takeKeyword('not')) {
      const operand = this.parse(NOT_PRECEDENCE);
      return { kind: 'unary', token, operator: 'not', operand };
    }
    if (!reader.isSymbol('-') && !reader.isSymbol('+')) return this.#parsePathTerm();
    const operator = reader.take().text as '-' | '+';
    this.#nesting += 1;
    if (this.#nesting > MAX_NESTING) throw notWellFormed('');
    const operand = this.#parseUnary();
    this.#nesting -= 1;
    // Signs become part of the number behind them.
    if (operand.kind !== 'number') return { kind: 'unary', token, operator, operand };
    if (operator === '+') return operand;
    const text = operand.text.startsWith('-') ? operand.text.slice(1) : `-${operand.text}`;
    return { ...operand, text };
  }

  #parsePathTerm(): Expression {
    return this.#parseSteps(this.#parseTerm(), false);
  }

  /** A path that names a table or what is to be written: it begins with a name. */
  parseSimplePath(): Expression {
    if (!this.reader.isName()) throw notWellFormed('Expected identifier for simple path');
    return this.#parseSteps({ kind: 'name', token: this.reader.take() }, true);
  }

  #parseSteps(root: Expression, isSimple: boolean): Expression {
    const { reader } = this;
    const steps: PathStep[] = [];
    for (;;) {
      if (reader.takeSymbol('.')) steps.push(this.#parseDotStep(isSimple));
      else if (reader.takeSymbol('[')) steps.push(this.#parseBracketStep(isSimple));
      else break;
    }
    return steps.length === 0 ? root : { kind: 'path', token: root.token, root, steps };
  }

  #parseDotStep(isSimple: boolean): PathStep {
    const { reader } = this;
    if (reader.isName()) {
      const token = reader.take();
      return { kind: 'member', token, name: token.text };
    }
    const token = reader.head;
    if (!reader.takeSymbol('*')) throw notWellFormed('Invalid path dot component');
    if (isSimple) throw notWellFormed('Invalid path dot component for simple path');
    return { kind: 'unpivot', token };
  }

  #parseBracketStep(isSimple: boolean): PathStep {
    const { reader } = this;
    const token = reader.head;
    if (reader.takeSymbol('*')) {
      reader.expectSymbol(']');
      if (isSimple) throw notWellFormed('Invalid path component for simple path');
      return { kind: 'wildcard', token };
    }
    const index = this.parse();
    reader.expectSymbol(']');
    if (isSimple && !SIMPLE_INDEXES.has(index.kind))
      throw notWellFormed('Invalid path component for simple path');
    return { kind: 'index', token, index };
  }

  #parseTerm(): Expression {
    const { reader } = this;
    const token = reader.head;
    switch (token.type) {
      case 'string':
      case 'boolean':
      case 'null':
      case 'missing':
      case 'ion':
        reader.take();
        return { kind: token.type, token };
      case 'number':
        reader.take();
        return { kind: 'number', token, text: token.text };
      case 'name':
      case 'quotedName':
        reader.take();
        return reader.isSymbol('(') ? this.#parseCall(token) : { kind: 'name', token };
      case 'keyword':
        return this.#parseKeyword(token);
      case 'symbol':
        return this.#parseSymbol(token);
      case 'end':
        throw notWellFormed('Unexpected term');
    }
  }

  #parseKeyword(token: Token): Expression {
    const statement = this.#statements.parse(token);
    if (statement) return statement;
    if (OPERATOR_KEYWORDS.has(token.text)) throw notWellFormed('Unexpected operator');
    if (!isFunction(token.text) || !this.#isSymbolNext('('))
      throw notWellFormed('Unexpected keyword');
    this.reader.take();
    return this.#parseCall(token);
  }

  #parseCall(token: Token): Expression {
    const { reader } = this;
    reader.expectSymbol('(');
    const name = token.text.toLowerCase();
    const call = (operands: readonly Expression[]): Expression => {
      reader.expectSymbol(')');
      return { kind: 'call', token, name, operands };
    };
    if (reader.isSymbol(')')) return call([]);
    if (name === 'count' && reader.takeSymbol('*')) return call([]);
    return call(this.#parseList());
  }

  #parseSymbol(token: Token): Expression {
    const { reader } = this;
    switch (token.text) {
      case '?': {
        reader.take();
        const index = this.#parameters;
        this.#parameters += 1;
        return { kind: 'parameter', token, index };
      }
      case '(':
        return this.#parseGroup();
      case '[':
        reader.take();
        return { kind: 'list', token, members: this.#parseListUntil(']') };
      case '<<':
        reader.take();
        return { kind: 'bag', token, members: this.#parseListUntil('>>') };
      case '{':
        reader.take();
        return { kind: 'struct', token, fields: this.#parseFields() };
      case '@':
        reader.take();
        if (!reader.isName()) throw notWellFormed('Identifier must follow @-operator');
        return { kind: 'name', token: reader.take() };
      default:
        throw notWellFormed(OPERATORS.has(token.text) ? 'Unexpected operator' : 'Unexpected term');
    }
  }

  /** One expression is itself; several in parentheses are a list. */
  #parseGroup(): Expression {
    const token = this.reader.take();
    const members = this.#parseList();
    this.reader.expectSymbol(')');
    return members.length === 1 ? members[0]! : { kind: 'list', token, members };
  }

  #parseListUntil(end: string): Expression[] {
    if (this.reader.takeSymbol(end)) return [];
    const members = this.#parseList();
    this.reader.expectSymbol(end);
    return members;
  }

  #parseList(): Expression[] {
    const members = [this.parse()];
    while (this.reader.takeSymbol(',')) members.push(this.parse());
    return members;
  }

  #parseFields(): Field[] {
    const fields: Field[] = [];
    if (this.reader.takeSymbol('}')) return fields;
    do {
      const key = this.parse();
      this.reader.expectSymbol(':');
      fields.push({ key, value: this.parse() });
    } while (this.reader.takeSymbol(','));
    this.reader.expectSymbol('}');
    return fields;
  }
}

const SIMPLE_INDEXES: ReadonlySet<Expression['kind']> = new Set([
  'string',
  'number',
  'boolean',
  'null',
  'missing',
  'ion',
  'name',
]);

/** Wraps an expression in NOT when its operator is the negated one. */
function negated(token: Token, negative: string, expression: Expression): Expression {
  return token.text === negative
    ? { kind: 'unary', token, operator: 'not', operand: expression }
    : expression;
}
