import type { Piece, Placeholder } from './placeholder.js';

// Finds out what each placeholder stands in. A template may hold JSON inside a JSON string, and JSON
// inside a string of that: a value is escaped once for each string that surrounds its placeholder.

/**
 * Where a placeholder stands.
 * `value`: where JSON wants a value, `name`: where it wants a member's name, both without quotes.
 * `text`: inside quotes, or in text that is no JSON.
 */
export interface Place {
  kind: 'value' | 'name' | 'text';
  /** The number of JSON strings around it. */
  depth: number;
}

export type Places = Map<Placeholder, Place>;

/** Places the placeholders of a JSON document. */
export function placeInJson(pieces: readonly Piece[]): Places {
  const places: Places = new Map();
  placeAt(pieces, 0, 'value', places);
  return places;
}

/** Places the placeholders of text in which quoted parts are JSON strings. */
export function placeInStrings(pieces: readonly Piece[]): Places {
  const places: Places = new Map();
  placeAt(pieces, 0, 'text', places);
  return places;
}

/** Places the placeholders of text that is no JSON. */
export function placeInText(pieces: readonly Piece[]): Places {
  const placeholders = pieces.filter((piece) => typeof piece !== 'string');
  return new Map(placeholders.map((placeholder) => [placeholder, { kind: 'text', depth: 0 }]));
}

/**
 * The document with something harmless for each placeholder: nothing inside quotes, `outside` elsewhere.
 * With `aligned`, as long as the template, so that positions are the same.
 */
export function skeleton(
  pieces: readonly Piece[],
  outside: '""' | '1',
  options: { aligned?: boolean } = {},
): string {
  let text = '';
  for (const part of parts(pieces)) {
    if (part.text !== undefined) text += part.text;
    else {
      const neutral = part.quoted ? '' : part.beforeColon ? '""' : outside;
      text += options.aligned ? neutral.padEnd(part.placeholder.source.length) : neutral;
    }
  }
  return text;
}

/** The pieces without the white space that JSON does not need. */
export function compact(pieces: readonly Piece[]): Piece[] {
  return Array.from(parts(pieces), (part): Piece => {
    if (part.text === undefined) return part.placeholder;
    return part.quoted ? part.text : part.text.replace(/[ \t\r\n]+/g, '');
  });
}

/** Whether a text is JSON. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // the question was whether it parses
  }
}

type Part =
  /** Quotes belong to the part outside. */
  | { text: string; placeholder?: undefined; quoted: boolean }
  | { text?: undefined; placeholder: Placeholder; quoted: boolean; beforeColon: boolean };

/** Cuts the pieces where JSON strings begin and end. */
function* parts(pieces: readonly Piece[]): Generator<Part> {
  let quoted = false;
  for (const [index, piece] of pieces.entries()) {
    if (typeof piece !== 'string') {
      const next = pieces[index + 1];
      const beforeColon = typeof next === 'string' && /^\s*:/.test(next);
      yield { placeholder: piece, quoted, beforeColon };
      continue;
    }
    let from = 0;
    while (from < piece.length) {
      const end = quoted ? closingQuote(piece, from) : piece.indexOf('"', from);
      const to = end < 0 ? piece.length : end;
      if (quoted) {
        if (to > from) yield { text: piece.slice(from, to), quoted };
        if (end < 0) break;
        yield { text: '"', quoted: false };
      } else yield { text: piece.slice(from, end < 0 ? to : to + 1), quoted };
      if (end >= 0) quoted = !quoted;
      from = to + 1;
    }
  }
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '"') return at;
  }
  return -1;
}

function placeAt(
  pieces: readonly Piece[],
  depth: number,
  outside: 'value' | 'text',
  places: Places,
): void {
  let string: Piece[] = [];
  for (const part of parts(pieces)) {
    if (part.quoted) string.push(part.text ?? part.placeholder);
    else {
      // A part outside is where a string ends, and starts.
      placeInString(string, depth, places);
      string = [];
      if (part.placeholder !== undefined) {
        const kind = outside === 'value' && part.beforeColon ? 'name' : outside;
        places.set(part.placeholder, { kind, depth });
      }
    }
  }
  placeInString(string, depth, places);
}

function placeInString(content: readonly Piece[], depth: number, places: Places): void {
  if (content.every((piece) => typeof piece === 'string')) return;
  const inner = decode(content);
  if (inner !== undefined && holdsJson(inner)) {
    const valuesFit = isJson(skeleton(inner, '""'));
    placeAt(inner, depth + 1, valuesFit ? 'value' : 'text', places);
    return;
  }
  for (const piece of content) {
    if (typeof piece !== 'string') places.set(piece, { kind: 'text', depth: depth + 1 });
  }
}

/** A string's content without its escapes; undefined when they are not right. */
function decode(content: readonly Piece[]): Piece[] | undefined {
  if (!content.every((piece) => typeof piece !== 'string' || isJson(`"${piece}"`)))
    return undefined;
  return content.map((piece) =>
    typeof piece === 'string' ? (JSON.parse(`"${piece}"`) as string) : piece,
  );
}

/**
 * Whether the content of a string is JSON again. `[<$.a>, <$.b>]` alone may as well be prose, and stays
 * text as on AWS; a quote or a brace makes it JSON.
 */
function holdsJson(content: readonly Piece[]): boolean {
  const text = skeleton(content, '1');
  return /^\s*(?:[{"]|\[[^]*["{])/.test(text) && isJson(text);
}
