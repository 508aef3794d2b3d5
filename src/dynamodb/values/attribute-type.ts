import type { AttributeType, AttributeValue, Item } from '../../lib/attribute-value.js';

const TYPES: Readonly<Record<AttributeType, true>> = {
  S: true,
  N: true,
  B: true,
  BOOL: true,
  NULL: true,
  SS: true,
  NS: true,
  BS: true,
  L: true,
  M: true,
};

/** Whether `name` is one of the ten type names. */
export function isAttributeType(name: string): name is AttributeType {
  return Object.hasOwn(TYPES, name);
}

/** The type of a parsed value, which has exactly one member. */
export function typeOf(value: AttributeValue): AttributeType {
  for (const type in value) return type as AttributeType;
  throw new TypeError('an attribute value must have a type');
}

/** An attribute of an item or a member of a map; undefined when there is none of this name. */
export function attributeOf(item: Item, name: string): AttributeValue | undefined {
  return Object.hasOwn(item, name) ? item[name] : undefined;
}

/** Sets an attribute. Plain assignment to `__proto__` would set the prototype instead. */
export function setAttribute(item: Item, name: string, value: AttributeValue): void {
  if (name === '__proto__')
    Object.defineProperty(item, name, {
      value,
      configurable: true,
      enumerable: true,
      writable: true,
    });
  else item[name] = value;
}
