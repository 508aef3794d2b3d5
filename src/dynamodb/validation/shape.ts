/**
 * What a request may look like: types first (wrong ones are a SerializationException), then constraints
 * (`N validation errors detected: …`). Declared once an operation, in the order in which the service
 * reports; checked by `./types.js` and `./constraints.js`.
 */
export type Shape =
  | StringShape
  | NumberShape
  | BooleanShape
  | ListShape
  | MapShape
  | StructureShape
  | AttributeValueShape
  | ItemShape;

interface Common {
  /** May not be null. */
  required?: boolean;
}

export interface StringShape extends Common {
  kind: 'string';
  /** `emptyToo`: an empty value is held against it, too, and not only against its length. */
  pattern?: { text: string; expression: RegExp; emptyToo?: boolean };
  min?: number;
  max?: number;
  values?: readonly string[];
  /** An ARN may stand here too; it is not held against the other constraints. */
  orArn?: boolean;
}

export interface NumberShape extends Common {
  kind: 'number';
  javaType: 'Integer' | 'Long';
  min?: number;
  max?: number;
}

export interface BooleanShape extends Common {
  kind: 'boolean';
}

export interface ListShape extends Common {
  kind: 'list';
  member: Shape;
  min?: number;
  max?: number;
  /** Lists and maps that are themselves members of maps have their own words for a wrong type. */
  parameterized?: boolean;
}

export interface MapShape extends Common {
  kind: 'map';
  member: Shape;
  /** Java's name of the member's type, as the service's messages have it. */
  javaType: string;
  min?: number;
  /** Constraints of the keys. */
  keys?: { min: number; max: number; pattern: string; expression: RegExp };
  /** Bounds of the members' lengths, which the service reports with the map. */
  memberLength?: { min: number; max: number };
}

export interface StructureShape extends Common {
  kind: 'structure';
  /** The service's name of the structure. */
  name: string;
  /** Structures in lists and maps have their own words for a wrong type. */
  position: 'field' | 'value';
  members: readonly Member[];
}

export interface Member {
  name: string;
  /** As the service's messages name it: with a small first letter. */
  label: string;
  shape: Shape;
}

/** One typed value; what is in it is checked where it is parsed, see `checkTypes`. */
export interface AttributeValueShape extends Common {
  kind: 'attributeValue';
  position: 'field' | 'value';
}

/** Attribute names to typed values. */
export interface ItemShape extends Common {
  kind: 'item';
  parameterized?: boolean;
}

export const string = (options: Omit<StringShape, 'kind'> = {}): StringShape => ({
  kind: 'string',
  ...options,
});

export const oneOf = (...values: string[]): StringShape => ({ kind: 'string', values });

export const integer = (options: Partial<Omit<NumberShape, 'kind'>> = {}): NumberShape => ({
  kind: 'number',
  javaType: 'Integer',
  ...options,
});

export const long = (options: Partial<Omit<NumberShape, 'kind'>> = {}): NumberShape => ({
  kind: 'number',
  javaType: 'Long',
  ...options,
});

export const boolean = (options: Common = {}): BooleanShape => ({ kind: 'boolean', ...options });

export const list = (member: Shape, options: Partial<ListShape> = {}): ListShape => ({
  ...options,
  kind: 'list',
  member,
});

export const map = (
  member: Shape,
  javaType: string,
  options: Partial<MapShape> = {},
): MapShape => ({ ...options, kind: 'map', member, javaType });

type Members = Readonly<Record<string, Shape>>;

export const field = (name: string, members: Members, options: Common = {}): StructureShape => ({
  ...options,
  ...structure(name, members, 'field'),
});

export const member = (name: string, members: Members): StructureShape =>
  structure(name, members, 'value');

export const item = (options: Partial<ItemShape> = {}): ItemShape => ({ ...options, kind: 'item' });

export const attributeValue = (position: 'field' | 'value' = 'value'): AttributeValueShape => ({
  kind: 'attributeValue',
  position,
});

const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

function structure(name: string, members: Members, position: 'field' | 'value'): StructureShape {
  return {
    kind: 'structure',
    name,
    position,
    members: Object.entries(members).map(([memberName, shape]) => ({
      name: memberName,
      label: lowerFirst(memberName),
      shape,
    })),
  };
}
