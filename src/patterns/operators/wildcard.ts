import type { LeafTest } from '../leaf.js';

/** A wildcard text that AWS refuses; the message is AWS's. */
export class WildcardFault extends Error {}

/** Up to this length a piece is searched with indexOf, whose worst case is length × text. */
const SHORT_PIECE = 16;

/**
 * `{"wildcard": "…"}`: `*` stands for any characters or none, `\*` and `\\` for themselves. Takes time
 * in proportion to the text, however many stars there are. Throws a WildcardFault.
 */
export function wildcardTest(text: string): LeafTest {
  const [first, ...rest] = piecesOf(text);
  const last = rest.pop();
  if (last === undefined) return (leaf) => leaf === first;
  const finders = rest.map(finder);
  const shortest = first!.length + last.length;
  return (leaf) => {
    if (typeof leaf !== 'string' || leaf.length < shortest) return false;
    if (!leaf.startsWith(first!) || !leaf.endsWith(last)) return false;
    // The leftmost place for each piece leaves the most room for the others.
    let at = first!.length;
    for (const find of finders) {
      at = find(leaf, at);
      if (at < 0) return false;
    }
    return at <= leaf.length - last.length;
  };
}

/** The literal texts between the stars. Positions in faults count UTF-8 bytes, the opening quote being 0. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let piece = '';
  let byte = 1;
  for (let index = 0; index < text.length; index += 1) {
    const char = text[index]!;
    const next = text[index + 1];
    if (char === '*') {
      if (next === '*') throw new WildcardFault(`Consecutive wildcard characters at pos ${byte}`);
      pieces.push(piece);
      piece = '';
      byte += 1;
    } else if (char === '\\') {
      if (next !== '*' && next !== '\\') {
        throw new WildcardFault(`Invalid escape character at pos ${byte}`);
      }
      piece += next;
      index += 1;
      byte += 2;
    } else {
      piece += char;
      byte += utf8Length(char);
    }
  }
  return [...pieces, piece];
}

/** Bytes that a UTF-16 unit takes in UTF-8; a surrogate takes half of its pair's four. */
function utf8Length(unit: string): number {
  const code = unit.charCodeAt(0);
  if (code < 0x80) return 1;
  return code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 2 : 3;
}

/** Finds a piece from a place on and gives the place behind it, or -1. */
type Finder = (text: string, from: number) => number;

function finder(piece: string): Finder {
  if (piece.length > SHORT_PIECE) return linearFinder(piece);
  return (text, from) => {
    const at = text.indexOf(piece, from);
    return at < 0 ? -1 : at + piece.length;
  };
}

/** Knuth, Morris and Pratt: each character of the text is looked at once, whatever the piece. */
function linearFinder(piece: string): Finder {
  const fallback = new Int32Array(piece.length);
  for (let index = 1, length = 0; index < piece.length; index += 1) {
    while (length > 0 && piece[index] !== piece[length]) length = fallback[length - 1]!;
    if (piece[index] === piece[length]) length += 1;
    fallback[index] = length;
  }
  return (text, from) => {
    let length = 0;
    for (let at = from; at < text.length; at += 1) {
      const unit = text.charCodeAt(at);
      while (length > 0 && unit !== piece.charCodeAt(length)) length = fallback[length - 1]!;
      if (unit === piece.charCodeAt(length)) length += 1;
      if (length === piece.length) return at + 1;
    }
    return -1;
  };
}
