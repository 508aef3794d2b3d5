/**
 * An object of JSON whose members are worked out when they are asked for, by accessors of its class. It has no
 * members of its own: whoever lists them asks {@link plainObject} first.
 */
export abstract class LazyObject {
  /** All members, as a plain object; `JSON.stringify` asks for it. */
  abstract toJSON(): object;
}

/** The object itself, or all members of a lazy one. */
export function plainObject(object: object): Record<string, unknown> {
  return (object instanceof LazyObject ? object.toJSON() : object) as Record<string, unknown>;
}
