import type { Item } from '../lib/attribute-value.js';
import { unknownVariable } from './errors.js';
import { compilePath } from './path.js';
import { plainItem, plainValue } from './plain-value.js';

/** A stream record, as far as its images are read. */
export interface ImageSource {
  readonly dynamodb: {
    readonly Keys: Item;
    readonly NewImage?: Item | undefined;
    readonly OldImage?: Item | undefined;
  };
}

/** The value of an image variable; undefined when the record has none there. */
export type ImageReader = (record: ImageSource) => unknown;

const IMAGES = new Map<string, (record: ImageSource) => Item | undefined>([
  ['freshet.new-image', ({ dynamodb }) => dynamodb.NewImage],
  ['freshet.old-image', ({ dynamodb }) => dynamodb.OldImage],
  ['freshet.keys', ({ dynamodb }) => dynamodb.Keys],
]);

/** What stands in the brackets: an image, then a path of plain names into it, e.g. `freshet.new-image.roles[*].name`. */
const IMAGE_VARIABLE =
  /^(freshet\.[\w-]*)(?:\.([\w/-]+)((?:\[(?:\d+|\*)\])*(?:\.[\w/-]+(?:\[(?:\d+|\*)\])*)*))?$/;

/**
 * Compiles an image variable, which is Freshet's own: a record's image as ordinary JSON, or what it has at a path.
 * Throws a TemplateError when there is none; `position` is its place in a template, counted from 1.
 */
export function compileImage(variable: string, position?: number): ImageReader {
  const [, name, attribute, path = ''] = IMAGE_VARIABLE.exec(variable) ?? [];
  const image = IMAGES.get(name ?? '');
  if (image === undefined) throw unknownVariable(variable, IMAGES.keys(), position);
  if (attribute === undefined)
    return (record) => {
      const item = image(record);
      return item && plainItem(item);
    };
  const read = path === '' ? undefined : compilePath(`$${path}`);
  return (record) => {
    const item = image(record);
    // Names may be those of an object's own methods.
    if (item === undefined || !Object.hasOwn(item, attribute)) return undefined;
    const value = plainValue(item[attribute]!);
    return read === undefined ? value : read(value);
  };
}
