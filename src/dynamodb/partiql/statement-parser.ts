import { validationError } from '../errors.js';
import { errorAt, notWellFormed } from './errors.js';
import type {
  Column,
  Expression,
  ManipulationExpression,
  ManipulationOperation,
  OrderKey,
  Returning,
  SelectExpression,
  Source,
} from './expression.js';
import type { ExpressionParser } from './expression-parser.js';
import type { TokenReader } from './token-reader.js';
import type { Token } from './token.js';

/** Clauses of SELECT take operators that bind more strongly than this. */
const CLAUSE_PRECEDENCE = 6;

const JOINS = new Set(['join', 'cross', 'inner', 'left', 'right', 'outer', 'full']);

/** Parses SELECT, INSERT, UPDATE and DELETE, which the grammar lets stand wherever expressions do. */
export class StatementParser {
  readonly #expressions: ExpressionParser;

  constructor(expressions: ExpressionParser) {
    this.#expressions = expressions;
  }

  get #reader(): TokenReader {
    return this.#expressions.reader;
  }

  /** Undefined when the keyword, which comes next, begins no statement. */
  parse(keyword: Token): Expression | undefined {
    switch (keyword.text) {
      case 'select':
        this.#reader.take();
        return this.#parseSelect(keyword);
      case 'insert into':
      case 'set':
      case 'remove':
        return this.#parseOperationAlone(keyword);
      case 'update':
        this.#reader.take();
        return this.#parseUpdate(keyword);
      case 'delete':
        this.#reader.take();
        return this.#parseDelete(keyword);
      case 'from':
        this.#reader.take();
        return this.#parseFrom(keyword);
      default:
        return undefined;
    }
  }

  #parseSelect(token: Token): SelectExpression {
    const reader = this.#reader;
    let unsupported: Error | undefined;
    const note = (error: () => Error): void => {
      unsupported ??= error();
    };
    if (reader.takeKeyword('distinct'))
      note(() => validationError('Unsupported token in expression: DISTINCT'));
    else reader.takeKeyword('all');
    const columns = this.#parseColumns(note);
    if (!reader.takeKeyword('from')) throw notWellFormed('Expected FROM after SELECT list');
    const source = this.#parseSource(CLAUSE_PRECEDENCE);
    const where = this.#parseWhere(CLAUSE_PRECEDENCE);
    if (reader.takeKeyword('group')) {
      note(() => validationError('Unsupported clause: GROUP BY'));
      reader.takeKeyword('partial');
      reader.expectKeyword('by');
      this.#parseMany(() => this.#expressions.parse(CLAUSE_PRECEDENCE));
    }
    this.#parseUnsupportedClause('having', note);
    const orderBy = this.#parseOrderBy();
    this.#parseUnsupportedClause('limit', note);
    return { kind: 'select', token, columns, source, where, orderBy, unsupported };
  }

  #parseColumns(note: (error: () => Error) => void): readonly Column[] | undefined {
    const reader = this.#reader;
    if (reader.takeKeyword('value')) {
      note(() => validationError("Select projection doesn't support value or pivot keywords"));
      return [{ value: this.#expressions.parse(), hasAlias: false }];
    }
    const columns = this.#parseMany((): Column | undefined => {
      if (reader.takeSymbol('*')) return undefined;
      const value = this.#expressions.parse();
      checkWildcards(value);
      return { value, hasAlias: this.#parseAlias() };
    });
    const named = columns.filter((column) => column !== undefined);
    if (named.length === columns.length) return named;
    if (columns.length > 1)
      throw notWellFormed(
        "Other expressions may not be present in the select list when '*' is used without dot notation.",
      );
    return undefined;
  }

  #parseSource(precedence: number): Source {
    const reader = this.#reader;
    const value = this.#expressions.parse(precedence);
    let hasAlias = this.#parseAlias();
    for (const keyword of ['at', 'by'])
      if (reader.takeKeyword(keyword)) {
        this.#expectAlias(keyword);
        hasAlias = true;
      }
    let isJoin = false;
    while (reader.takeSymbol(',')) {
      this.#parseSource(precedence);
      isJoin = true;
    }
    while (reader.isOneOf(JOINS)) {
      const isCross = reader.takeKeyword('cross');
      while (reader.isOneOf(JOINS)) reader.take();
      this.#parseSource(precedence);
      isJoin = true;
      if (isCross) continue;
      if (!reader.takeKeyword('on')) throw notWellFormed("Expected 'ON'");
      this.#expressions.parse(precedence);
    }
    return { value, hasAlias, isJoin };
  }

  /** Whether one of `AS name`, `name` comes next; it is taken. */
  #parseAlias(): boolean {
    if (this.#reader.takeKeyword('as')) {
      this.#expectAlias('as');
      return true;
    }
    if (!this.#reader.isName()) return false;
    this.#reader.take();
    return true;
  }

  #expectAlias(keyword: string): void {
    if (!this.#reader.isName())
      throw notWellFormed(`Expected identifier for ${keyword.toUpperCase()}-alias`);
    this.#reader.take();
  }

  #parseWhere(precedence = -1): Expression | undefined {
    return this.#reader.takeKeyword('where') ? this.#expressions.parse(precedence) : undefined;
  }

  #parseOrderBy(): readonly OrderKey[] | undefined {
    const reader = this.#reader;
    if (!reader.takeKeyword('order')) return undefined;
    reader.expectKeyword('by');
    return this.#parseMany(() => {
      const value = this.#expressions.parse(CLAUSE_PRECEDENCE);
      const descending = reader.takeKeyword('desc');
      if (!descending) reader.takeKeyword('asc');
      return { value, descending };
    });
  }

  #parseUnsupportedClause(keyword: string, note: (error: () => Error) => void): void {
    if (!this.#reader.takeKeyword(keyword)) return;
    const { token } = this.#expressions.parse(CLAUSE_PRECEDENCE);
    note(() => errorAt(`Unsupported clause: ${keyword.toUpperCase()}`, token));
  }

  /** INSERT; SET and REMOVE without UPDATE are grammatical, too. */
  #parseOperationAlone(token: Token): ManipulationExpression {
    const operations = this.#parseOperations();
    const target = operations[0]!;
    const value = target.kind === 'delete' ? { kind: 'missing' as const, token } : target.target;
    return {
      kind: 'manipulation',
      token,
      source: { value, hasAlias: false, isJoin: false },
      operations,
      where: undefined,
      returning: this.#parseReturning(),
    };
  }

  #parseUpdate(token: Token): ManipulationExpression {
    const source = this.#parseTarget();
    const operations = this.#parseOperations();
    const where = this.#parseWhere();
    const returning = this.#parseReturning();
    return { kind: 'manipulation', token, source, operations, where, returning };
  }

  #parseDelete(token: Token): ManipulationExpression {
    if (!this.#reader.takeKeyword('from')) throw notWellFormed('Expected FROM after DELETE');
    const source = this.#parseTarget();
    const where = this.#parseWhere();
    const returning = this.#parseReturning();
    return {
      kind: 'manipulation',
      token,
      source,
      operations: [{ kind: 'delete' }],
      where,
      returning,
    };
  }

  /** `FROM table WHERE … SET …`: an UPDATE the other way round. */
  #parseFrom(token: Token): ManipulationExpression {
    const source = this.#parseSource(-1);
    const where = this.#parseWhere();
    const operations = this.#parseOperations();
    const returning = this.#parseReturning();
    return { kind: 'manipulation', token, source, operations, where, returning };
  }

  #parseTarget(): Source {
    const value = this.#expressions.parseSimplePath();
    let hasAlias = this.#parseAlias();
    for (const keyword of ['at', 'by'])
      if (this.#reader.takeKeyword(keyword)) {
        this.#expectAlias(keyword);
        hasAlias = true;
      }
    return { value, hasAlias, isJoin: false };
  }

  #parseOperations(): ManipulationOperation[] {
    const reader = this.#reader;
    const operations: ManipulationOperation[] = [];
    while (reader.isKeyword('set') || reader.isKeyword('remove') || reader.isKeyword('insert into'))
      operations.push(...this.#parseOperation(reader.take()));
    if (operations.length === 0) throw notWellFormed('Expected data manipulation');
    return operations;
  }

  #parseOperation(token: Token): ManipulationOperation[] {
    const reader = this.#reader;
    switch (token.text) {
      case 'set':
        return this.#parseMany(() => {
          const target = this.#expressions.parseSimplePath();
          if (!reader.takeSymbol('=')) throw notWellFormed("Expected '='");
          return { kind: 'set', target, value: this.#expressions.parse() };
        });
      case 'remove':
        return [{ kind: 'remove', target: this.#expressions.parseSimplePath() }];
      default: {
        const target = this.#expressions.parseSimplePath();
        const isSingle = reader.takeKeyword('value');
        if (!isSingle && reader.takeKeyword('values')) this.#expectRows();
        const value = this.#expressions.parse();
        while (!isSingle && reader.takeSymbol(',')) this.#expressions.parse();
        const hasPosition = isSingle && reader.takeKeyword('at');
        if (hasPosition) this.#expressions.parse();
        return [{ kind: 'insert', token, value, isSingle, hasPosition, target }];
      }
    }
  }

  /** VALUES is followed by rows in parentheses. */
  #expectRows(): void {
    if (!this.#reader.isSymbol('('))
      throw notWellFormed('Expected LEFT_PAREN for row value constructor');
  }

  #parseReturning(): readonly Returning[] | undefined {
    const reader = this.#reader;
    if (!reader.takeKeyword('returning')) return undefined;
    return this.#parseMany((): Returning => {
      const which = reader.takeKeyword('modified')
        ? 'MODIFIED'
        : reader.takeKeyword('all')
          ? 'ALL'
          : undefined;
      if (!which) throw notWellFormed('Expected ALL or MODIFIED in a returning clause.');
      const image = reader.takeKeyword('old')
        ? 'OLD'
        : reader.takeKeyword('new')
          ? 'NEW'
          : undefined;
      if (!image) throw notWellFormed('Expected OLD or NEW in a returning clause.');
      const isStar = reader.takeSymbol('*');
      if (!isStar) this.#expressions.parse();
      return { which, image, isStar };
    });
  }

  #parseMany<T>(parseOne: () => T): T[] {
    const all = [parseOne()];
    while (this.#reader.takeSymbol(',')) all.push(parseOne());
    return all;
  }
}

/** `*` may only be the last step of a column, and not beside `[…]`. */
function checkWildcards(column: Expression): void {
  if (column.kind !== 'path') return;
  const { steps } = column;
  if (
    steps.some(({ kind }) => kind === 'wildcard') ||
    steps.slice(0, -1).some(({ kind }) => kind === 'unpivot')
  )
    throw notWellFormed('Invalid use of * in select list');
  if (steps.at(-1)!.kind === 'unpivot' && steps.some(({ kind }) => kind === 'index'))
    throw notWellFormed('Cannot use [] and * together in SELECT list expression');
}
