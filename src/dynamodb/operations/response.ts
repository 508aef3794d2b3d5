import type { ItemList } from '../items/item-list.js';

/** A response body: JSON, as text or, where it is long, as UTF-8. */
export type ResponseBody = string | Buffer;

/** Puts a response body together from JSON texts; members without a text are left out. */
export function body(members: readonly (readonly [string, string | undefined])[]): string {
  let text = '';
  for (const [name, value] of members)
    if (value !== undefined) text += `${text === '' ? '{' : ','}"${name}":${value}`;
  return text === '' ? '{}' : `${text}}`;
}

/** As {@link body}, beginning with the list of items. */
export function bodyWithItems(
  items: ItemList,
  members: readonly (readonly [string, string | undefined])[],
): Buffer {
  const rest = body(members);
  return items.finish(rest === '{}' ? '}' : `,${rest.slice(1)}`);
}
