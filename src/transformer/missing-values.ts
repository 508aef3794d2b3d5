import { RenderError } from './errors.js';
import type { Piece, Placeholder } from './placeholder.js';
import type { Place, Places } from './placement.js';
import type { ValueWriter } from './value-text.js';

/**
 * What becomes of a placeholder without a value. `empty`: an empty string, inside quotes nothing, as on AWS. `null`: null
 * where JSON wants a value, else as `empty`. `drop-key`: the member or element that it is goes, where it is one of the
 * template's own JSON, else as `empty`. `fail`: the record cannot be rendered.
 */
export type MissingValues = 'empty' | 'null' | 'drop-key' | 'fail';

/** The writer with what it does about a missing value; `drop-key` is not its concern. */
export function withMissing(
  write: ValueWriter,
  placeholder: Placeholder,
  { kind }: Place,
  missing: MissingValues,
): ValueWriter {
  if (missing === 'fail')
    return (value) => {
      if (value !== undefined) return write(value);
      throw new RenderError(
        `${placeholder.source} at character ${placeholder.position} of the template has no value in this record, and missing values are to fail: correct it, or filter such records out`,
      );
    };
  if (missing === 'null' && kind === 'value')
    return (value) => write(value === undefined ? null : value);
  return write;
}

/** What stands around a placeholder that can be left out with its member. */
export interface Droppable {
  /** The end of the text before it: its name, and its opening quote. */
  readonly label: string;
  /** The beginning of the text after it. */
  readonly close: '' | '"';
}

const NAME = '(?:"(?:[^"\\\\]|\\\\.)*":)?';
const BEFORE = { bare: new RegExp(`[,{[](${NAME})$`), quoted: new RegExp(`[,{[](${NAME}")$`) };

/** The placeholders of compact JSON that are a member's whole value, or a whole element. */
export function droppables(
  pieces: readonly Piece[],
  places: Places,
): ReadonlyMap<Placeholder, Droppable> {
  const found = new Map<Placeholder, Droppable>();
  for (const [index, piece] of pieces.entries()) {
    if (typeof piece === 'string') continue;
    const { kind, depth } = places.get(piece)!;
    const isQuoted = kind === 'text' && depth === 1;
    if (!isQuoted && (kind !== 'value' || depth > 0)) continue;
    const before = pieces[index - 1];
    const after = pieces[index + 1];
    if (typeof before !== 'string' || typeof after !== 'string') continue;
    const label = (isQuoted ? BEFORE.quoted : BEFORE.bare).exec(before)?.[1];
    if (label === undefined || !(isQuoted ? /^"[,}\]]/ : /^[,}\]]/).test(after)) continue;
    found.set(piece, { label, close: isQuoted ? '"' : '' });
  }
  return found;
}
