import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  parseDocument,
  Parser,
  type Node,
  type Pair,
  type Tags,
  type YAMLError,
} from 'yaml';
import { TemplateError, TemplateProblem, type Position } from './template-error.js';
import type { TemplateValue } from './value.js';

/** CloudFormation's limit of a template, in bytes (documented). */
const MAX_BYTES = 1_000_000;
/** Far above what a template needs; keeps recursion over values bounded. */
const MAX_DEPTH = 100;
const TOO_DEEP = `a template may be ${String(MAX_DEPTH)} levels deep at most.`;

/** Functions with a short form in YAML: `!Sub` is `Fn::Sub`. Ref and Condition have no prefix. */
const PREFIXED = [
  'And Base64 Cidr Equals FindInMap GetAZs GetAtt If ImportValue Join Length Not Or Select Split Sub',
  'ToJsonString Transform',
].flatMap((names) => names.split(' '));
const SHORT_FORMS: ReadonlyMap<string, string> = new Map([
  ['!Ref', 'Ref'],
  ['!Condition', 'Condition'],
  ...PREFIXED.map((name) => [`!${name}`, `Fn::${name}`] as const),
]);
/** They only make the tags known; {@link Converter} gives them their meaning. */
const TAGS: Tags = [...SHORT_FORMS.keys()].flatMap((tag): Tags => [
  { tag, resolve: (text: string) => text },
  { tag, collection: 'seq', resolve: (node) => node },
  { tag, collection: 'map', resolve: (node) => node },
]);

/** A template's text as values, and where each of them stands. */
export interface TemplateDocument {
  root: TemplateValue;
  /** Position of a path, or of the nearest one around it. */
  locate: (at: string) => Position | undefined;
}

/**
 * Reads YAML or JSON (which is YAML), short forms of functions turned into long ones. Throws a
 * TemplateError with file, line and column. As in CloudFormation there are no aliases and no nulls.
 */
export function readDocument(text: string, fileName: string): TemplateDocument {
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw new TemplateError(
      fileName,
      [new TemplateProblem('', `Template may not exceed ${String(MAX_BYTES)} bytes in size.`)],
      () => undefined,
    );
  const lineCounter = new LineCounter();
  const positionAt = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line, column: col };
  };
  const deep = tooDeepAt(text);
  if (deep !== undefined) throw syntaxError(fileName, TOO_DEEP, lineAndColumn(text, deep));
  const document = parseDocument(text, { lineCounter, customTags: TAGS, prettyErrors: false });
  // One mistake often makes the parser stumble over all that follows: the first is the one that helps.
  const [mistake] = [...document.errors, ...document.warnings];
  if (mistake) throw syntaxError(fileName, messageOf(mistake), positionAt(mistake.pos[0]));
  const converter = new Converter();
  const root = converter.convert(document.contents, '');
  const locate = (at: string): Position | undefined => {
    for (let path = at; path !== ''; path = path.slice(0, Math.max(lastBreak(path), 0))) {
      const offset = converter.offsets.get(path);
      if (offset !== undefined) return positionAt(offset);
    }
    return undefined;
  };
  if (converter.problems.length > 0) throw new TemplateError(fileName, converter.problems, locate);
  return { root, locate };
}

/**
 * Where the text gets too deep, if it does. The composer of the parser recurses and a stack that runs out
 * inside of a regular expression ends the process, so this must be known before; the parser itself keeps a
 * stack of its own.
 */
function tooDeepAt(text: string): number | undefined {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    const tokens = parser.next(lexeme);
    while (tokens.next().done !== true);
    if (parser.stack.length > MAX_DEPTH) return parser.offset;
  }
  return undefined;
}

/** A mistake that has a position and no path. */
function syntaxError(fileName: string, message: string, position: Position): TemplateError {
  return new TemplateError(
    fileName,
    [new TemplateProblem('', `Template format error: ${message}`)],
    () => position,
  );
}

/** The parser's words, but where they do not help the author of a template. */
function messageOf({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'a template is one YAML document: remove what follows.';
  if (code !== 'TAG_RESOLVE_FAILED') return message;
  return `${message}. Known are ${[...SHORT_FORMS.keys()].join(', ')}.`;
}

function lineAndColumn(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

class Converter {
  readonly offsets = new Map<string, number>();
  readonly problems: TemplateProblem[] = [];

  convert(node: unknown, at: string): TemplateValue {
    const tag = (node as Node | null)?.tag;
    const name = tag === undefined ? undefined : SHORT_FORMS.get(tag);
    if (name === undefined) return this.#plain(node, at);
    return { [name]: this.#plain(node, `${at}.${name}`) };
  }

  #plain(node: unknown, at: string): TemplateValue {
    if (isMap(node)) return this.#map(node.items, at);
    if (isSeq(node))
      return node.items.map((item, index) => {
        const path = `${at}[${String(index)}]`;
        this.#place(path, item);
        return this.convert(item, path);
      });
    if (isAlias(node))
      return this.#fail(
        new TemplateProblem(at, 'YAML aliases are not allowed in CloudFormation templates'),
      );
    if (isScalar(node)) {
      const { value, source } = node;
      if (typeof value === 'number') return String(value) === source ? value : (source ?? '');
      if (typeof value === 'string' || typeof value === 'boolean') return value;
    }
    return this.#fail(new TemplateProblem(at, "'null' values are not allowed in templates"));
  }

  #map(pairs: readonly Pair[], at: string): TemplateValue {
    const members = pairs.map(({ key, value }): [string, TemplateValue] => {
      const name = isScalar(key) ? (key.source ?? String(key.value)) : undefined;
      if (name === undefined)
        return ['', this.#fail(new TemplateProblem(at, 'a key must be a text.'))];
      const path = at === '' ? name : `${at}.${name}`;
      this.#place(path, key);
      return [name, this.convert(value, path)];
    });
    return Object.fromEntries(members);
  }

  #place(path: string, node: unknown): void {
    const offset = (node as Node | null)?.range?.[0];
    if (offset !== undefined) this.offsets.set(path, offset);
  }

  #fail(problem: TemplateProblem): TemplateValue {
    this.problems.push(problem);
    return '';
  }
}

/** Where the last segment of a path begins: `.name` or `[index]`. */
function lastBreak(path: string): number {
  return Math.max(path.lastIndexOf('.'), path.lastIndexOf('['));
}
