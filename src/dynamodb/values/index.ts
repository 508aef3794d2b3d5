export { attributeOf, isAttributeType, setAttribute, typeOf } from './attribute-type.js';
export { compareBinaries, compareStrings, compareValues, equalValues } from './compare.js';
export {
  isEmptyValue,
  keyValueBytes,
  MAX_HASH_KEY_BYTES,
  MAX_RANGE_KEY_BYTES,
} from './key-limits.js';
export { encodeKeyValue } from './key-value.js';
export { addNumbers, compareNumbers, normaliseNumber, subtractNumbers } from './number.js';
export { isNameTooLong, NAME_TOO_LONG } from './name.js';
export { MAX_DEPTH, parseAttributeValue, parseItem, TOO_DEEP } from './parse.js';
export { attributeValueSize, itemSize } from './size.js';
export { itemToText } from './text.js';
export type { Wording } from './wording.js';
