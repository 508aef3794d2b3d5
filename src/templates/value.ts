/**
 * A value of a template. Functions are in their long form (`{"Fn::Sub": …}`). A number whose digits
 * JavaScript would write differently (`007`, `1.0`) is its text.
 */
export type TemplateValue = string | number | boolean | TemplateValue[] | TemplateObject;
export interface TemplateObject {
  [name: string]: TemplateValue;
}

export function isObject(value: unknown): value is TemplateObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The member of that name; never what an object inherits. */
export function memberOf(object: TemplateObject, name: string): TemplateValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

/** Scalars as text, as CloudFormation treats them wherever it wants a string; undefined for the rest. */
export function scalarText(value: TemplateValue): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
