import type { Template } from './parse.js';
import { referencesIn } from './references.js';
import { TemplateProblem } from './template-error.js';

/**
 * Logical ids of `included` in an order in which each comes after all that it refers to (Ref, Fn::GetAtt,
 * Fn::Sub, DependsOn); otherwise in the template's order. Throws a TemplateProblem for a circle.
 */
export function deploymentOrder(
  resources: Template['resources'],
  included: ReadonlySet<string>,
): string[] {
  const order = new Set<string>();
  const path: string[] = [];
  const visit = (logicalId: string): void => {
    if (order.has(logicalId)) return;
    if (path.includes(logicalId)) throw circle(path.slice(path.indexOf(logicalId)), resources);
    path.push(logicalId);
    const dependencies = dependenciesOf(logicalId, resources);
    for (const other of included) if (dependencies.has(other)) visit(other);
    path.pop();
    order.add(logicalId);
  };
  for (const logicalId of included) visit(logicalId);
  return [...order];
}

function dependenciesOf(logicalId: string, resources: Template['resources']): Set<string> {
  const { properties, extensions = {}, dependsOn } = resources.get(logicalId)!;
  const found = new Set(dependsOn);
  const values = { Properties: properties, 'Metadata.Freshet': extensions };
  for (const { kind, name } of referencesIn(values, `Resources.${logicalId}`))
    if (kind !== 'Condition') found.add(name);
  return found;
}

function circle(members: readonly string[], resources: Template['resources']): TemplateProblem {
  // In the template's order, so that the message does not depend on where the search began.
  const named = [...resources.keys()].filter((logicalId) => members.includes(logicalId));
  return new TemplateProblem(
    `Resources.${named[0]!}`,
    `Circular dependency between resources: [${named.join(', ')}]`,
  );
}
