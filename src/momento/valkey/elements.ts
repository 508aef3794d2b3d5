import type { Element, ElementPage, ItemType } from '../backend.js';
import { badCursor, pageOf, placedPage, placeOf } from '../element-page.js';
import type { Commands } from './commands.js';
import { scored } from './sorted-sets.js';

type Kind = Exclude<ItemType, 'scalar'>;

const LENGTH: Readonly<Record<Kind, string>> = {
  dictionary: 'HLEN',
  set: 'SCARD',
  list: 'LLEN',
  'sorted set': 'ZCARD',
};

/** A page of the collection at a place; undefined when it has gone meanwhile. */
export async function elementsOf(
  commands: Commands,
  place: Buffer,
  type: Kind,
  cursor: string | undefined,
  limit: number,
): Promise<ElementPage | undefined> {
  const length = (await commands.run(LENGTH[type], place)) as number;
  if (length === 0) return undefined;
  if (type === 'dictionary' || type === 'set')
    return { type, length, ...(await scanned(commands, place, type, cursor, limit)) };
  const start = placeOf(cursor);
  const last = start + limit - 1;
  const found =
    type === 'list'
      ? ((await commands.run('LRANGE', place, start, last)) as Buffer[]).map((value, at) => ({
          index: start + at,
          value,
        }))
      : scored((await commands.run('ZRANGE', place, start, last, 'WITHSCORES')) as Buffer[]);
  return placedPage(type, length, start, pageOf(found, limit));
}

/**
 * Of what has no places, by the server's own scan. That gives as many at a time as it likes, small collections
 * whole: a cursor is the scan's, and how many of what it gives were shown.
 */
async function scanned(
  commands: Commands,
  place: Buffer,
  type: 'dictionary' | 'set',
  cursor: string | undefined,
  limit: number,
): Promise<Pick<ElementPage, 'elements' | 'cursor'>> {
  let { scan, shown } = parsed(cursor);
  for (;;) {
    const command = type === 'dictionary' ? 'HSCAN' : 'SSCAN';
    const [next, flat] = (await commands.run(command, place, scan, 'COUNT', limit)) as [
      Buffer,
      Buffer[],
    ];
    const all = type === 'dictionary' ? pairs(flat) : flat.map((value) => ({ value }));
    const elements = pageOf(all.slice(shown), limit);
    const end = shown + elements.length;
    if (end < all.length) return { elements, cursor: `${scan}/${end}` };
    if (next.toString() === '0') return { elements };
    if (elements.length > 0) return { elements, cursor: `${next.toString()}/0` };
    scan = next.toString();
    shown = 0;
  }
}

function pairs(flat: readonly Buffer[]): Element[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => ({
    field: flat[2 * i]!,
    value: flat[2 * i + 1]!,
  }));
}

function parsed(cursor = '0/0'): { scan: string; shown: number } {
  const found = /^(\d{1,20})\/(\d{1,15})$/.exec(cursor);
  if (found === null) throw badCursor(cursor);
  return { scan: found[1]!, shown: Number(found[2]) };
}
