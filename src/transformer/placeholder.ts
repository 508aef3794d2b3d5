import { PATH, compilePath } from './path.js';
import { imageVariable, RawEvent, reservedVariable } from './variables.js';
import type { ValueReader } from './variables.js';

/** A placeholder of a template. */
export interface Placeholder {
  /** As written, brackets included. */
  source: string;
  /** Its first character in the template, counted from 1. */
  position: number;
  /** The path inside the brackets, or the whole placeholder when it is an image; undefined for a reserved variable. */
  path: string | undefined;
  read: ValueReader;
}

/** A template is text with placeholders between. */
export type Piece = string | Placeholder;

/**
 * Splits a template. What stands in angle brackets without being a path or a variable of pipes stays
 * text. Throws a TemplateError for an unknown `<aws.pipes.…>` or `<freshet.…>`.
 */
export function splitTemplate(template: string): Piece[] {
  const placeholder = new RegExp(
    `<(?:(${PATH.source})|(aws\\.pipes\\.[\\w.-]*)|(freshet\\.[^<>"\\\\]*))>`,
    'g',
  );
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of template.matchAll(placeholder)) {
    const [source, path, reserved, image] = match;
    if (match.index > end) pieces.push(template.slice(end, match.index));
    end = match.index + source.length;
    const position = match.index + 1;
    if (image !== undefined)
      pieces.push({ source, position, path: source, read: imageVariable(image, position) });
    else if (reserved !== undefined)
      pieces.push({ source, position, path, read: reservedVariable(reserved, position) });
    else pieces.push({ source, position, path, read: jsonOnly(compilePath(path!)) });
  }
  if (end < template.length) pieces.push(template.slice(end));
  return pieces;
}

function jsonOnly(read: (event: unknown) => unknown): ValueReader {
  return (event) => (event instanceof RawEvent ? undefined : read(event));
}
