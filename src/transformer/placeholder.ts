import { PATH, compilePath } from './path.js';
import { RawEvent, reservedVariable } from './variables.js';
import type { ValueReader } from './variables.js';

/** A placeholder of a template. */
export interface Placeholder {
  /** As written, brackets included. */
  source: string;
  /** Its first character in the template, counted from 1. */
  position: number;
  /** The path inside the brackets; undefined for a reserved variable. */
  path: string | undefined;
  read: ValueReader;
}

/** A template is text with placeholders between. */
export type Piece = string | Placeholder;

/**
 * Splits a template. What stands in angle brackets without being a path or a variable of pipes stays
 * text. Throws a TemplateError for an unknown `<aws.pipes.…>`.
 */
export function splitTemplate(template: string): Piece[] {
  const placeholder = new RegExp(`<(?:(${PATH.source})|(aws\\.pipes\\.[\\w.-]*))>`, 'g');
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of template.matchAll(placeholder)) {
    const [source, path, variable] = match;
    if (match.index > end) pieces.push(template.slice(end, match.index));
    end = match.index + source.length;
    const position = match.index + 1;
    const read =
      path === undefined ? reservedVariable(variable!, position) : jsonOnly(compilePath(path));
    pieces.push({ source, position, path, read });
  }
  if (end < template.length) pieces.push(template.slice(end));
  return pieces;
}

function jsonOnly(read: (event: unknown) => unknown): ValueReader {
  return (event) => (event instanceof RawEvent ? undefined : read(event));
}
