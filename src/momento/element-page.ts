import type { Element, ElementPage, ItemType } from './backend.js';
import { invalidArgument } from './momento-error.js';

/** A page with more bytes than these ends, so that no answer is as large as a collection may be. */
const MAX_PAGE_BYTES = 1024 * 1024;

/** Of `found`, which begins at a place, as many as make a page, at least one. */
export function pageOf(found: Iterable<Element>, limit: number): Element[] {
  const page: Element[] = [];
  let bytes = 0;
  for (const element of found) {
    if (page.length >= limit || (page.length > 0 && bytes > MAX_PAGE_BYTES)) break;
    page.push(element);
    bytes += element.value.length + (element.field?.length ?? 0);
  }
  return page;
}

/** The page of a collection whose elements have places: its cursor is the place of the next one. */
export function placedPage(
  type: ItemType,
  length: number,
  start: number,
  elements: Element[],
): ElementPage {
  const next = start + elements.length;
  return {
    type,
    length,
    elements,
    ...(elements.length > 0 && next < length && { cursor: String(next) }),
  };
}

/** The place that a cursor names. Throws INVALID_ARGUMENT. */
export function placeOf(cursor: string | undefined): number {
  if (cursor === undefined) return 0;
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw badCursor(cursor);
}

export function badCursor(cursor: string): Error {
  return invalidArgument(
    `'${cursor.slice(0, 40)}' is no cursor; take the one of the page before, or none to begin.`,
  );
}
