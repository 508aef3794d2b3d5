import type { StackResource } from './deploy.js';
import type { Template } from './parse.js';
import type { ResourceType } from './resources/resource-type.js';
import type { ResourceRecord, Stack } from './stack.js';
import { TemplateProblem } from './template-error.js';
import { memberOf, type TemplateObject } from './value.js';

/** What is remembered of a resource, be it under the logical id that it had before. */
export async function recordOf(
  stack: Stack,
  template: Template,
  logicalId: string,
  { name: typeName, naming }: ResourceType,
  properties: TemplateObject,
): Promise<ResourceRecord | undefined> {
  const known = stack.resource(logicalId);
  const given = naming.property && memberOf(properties, naming.property);
  if (known || given === undefined) return known;
  const renamed = stack
    .resources()
    .find(
      ([id, { type, name }]) => type === typeName && name === given && !template.resources.has(id),
    );
  if (!renamed) return undefined;
  const [formerId, record] = renamed;
  await stack.forget(formerId);
  return record;
}

/** The resource's own name: the one given, else the one it has, else a new one. */
export function nameOf(
  stack: Stack,
  logicalId: string,
  { naming: { property, maxLength } }: ResourceType,
  properties: TemplateObject,
  before: ResourceRecord | undefined,
): string {
  const given = property === undefined ? undefined : memberOf(properties, property);
  if (typeof given !== 'string') return before?.name ?? stack.makeName(logicalId, maxLength);
  if (before?.isUp && before.name !== given)
    throw new TemplateProblem(
      `Resources.${logicalId}.Properties.${property!}`,
      `it is '${before.name}' in the stack '${stack.name}' and would become '${given}', which would be another resource in its place; nothing is replaced by itself. Put the old name back, or give the resource another logical ID: '${given}' is made, and '${before.name}' stays.`,
    );
  return given;
}

/** A logical id cannot come to mean a resource of another type. */
export function checkType(stack: Stack, logicalId: string, type: string): void {
  const before = stack.resource(logicalId);
  if (before?.isUp && before.type !== type)
    throw new TemplateProblem(
      `Resources.${logicalId}.Type`,
      `Update of resource type is not permitted. The new template modifies resource type of the following resources: [${logicalId}]. It is ${before.type} in the stack '${stack.name}': give the new resource another logical ID.`,
    );
}

/** Two resources of a template would be one. */
export function checkDoubleName(
  others: readonly StackResource[],
  { logicalId, type, name }: StackResource,
): void {
  const other = others.find((one) => one.type === type && one.name === name);
  if (other)
    throw new TemplateProblem(
      `Resources.${logicalId}`,
      `it has the same name as ${other.logicalId}, '${name}': give it another one.`,
    );
}
