/** Expressions kept; at most twice as many, of at most 4 KB of text each. */
const GENERATION = 1000;

/**
 * Keeps the syntax of the expressions used most lately, by their text. Two generations instead of a
 * list in order of use: a hit costs one look-up.
 */
export class SyntaxCache<Syntax> {
  readonly #parse: (text: string) => Syntax;
  #recent = new Map<string, Syntax>();
  #older = new Map<string, Syntax>();

  /** `parse` may throw; what it throws is not kept. */
  constructor(parse: (text: string) => Syntax) {
    this.#parse = parse;
  }

  get(text: string): Syntax {
    const recent = this.#recent.get(text);
    if (recent !== undefined) return recent;
    const syntax = this.#older.get(text) ?? this.#parse(text);
    if (this.#recent.size >= GENERATION) {
      this.#older = this.#recent;
      this.#recent = new Map();
    }
    this.#recent.set(text, syntax);
    return syntax;
  }
}
