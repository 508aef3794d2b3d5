import type { DynamicReferences } from './dynamic-references.js';
import { referencesIn, type Reference } from './references.js';
import type { ParameterValues } from './parameters.js';
import type { ResourceDefinition, Template } from './parse.js';
import { RESOURCE_TYPES } from './resources/index.js';
import { applyShape, type ObjectShape, type ShapeReport } from './shape.js';
import { TemplateProblem } from './template-error.js';
import {
  undefinedResource,
  unresolvedCondition,
  unresolvedResource,
  unsupportedAttribute,
} from './unresolved.js';
import type { TemplateValue } from './value.js';

/**
 * All that can be known to be wrong before anything is made: unknown types, properties, functions, references
 * and attributes, in resources and outputs, also in those whose conditions do not hold.
 */
export function checkTemplate(
  template: Template,
  pseudoParameters: ReadonlySet<string>,
  dynamicReferences: DynamicReferences,
): TemplateProblem[] {
  return new TemplateChecker(template, pseudoParameters, dynamicReferences).check();
}

/** Whether what is referred to must not be shown. */
export function isSecretReference(
  { kind, name, attribute }: Reference,
  template: Template,
  { secret }: Pick<ParameterValues, 'secret'>,
): boolean {
  if (kind === 'Dynamic') return true;
  if (kind === 'Ref') return secret.has(name);
  const type = RESOURCE_TYPES.get(template.resources.get(name)?.type ?? '');
  const attributes = kind === 'GetAtt' ? (type?.secretAttributes ?? []) : [];
  return attribute === undefined ? attributes.length > 0 : attributes.includes(attribute);
}

class TemplateChecker {
  readonly #template: Template;
  readonly #pseudoParameters: ReadonlySet<string>;
  readonly #dynamicReferences: DynamicReferences;
  /** By place and text: two checks may find the same. */
  readonly #problems = new Map<string, TemplateProblem>();

  constructor(
    template: Template,
    pseudoParameters: ReadonlySet<string>,
    dynamicReferences: DynamicReferences,
  ) {
    this.#template = template;
    this.#pseudoParameters = pseudoParameters;
    this.#dynamicReferences = dynamicReferences;
  }

  check(): TemplateProblem[] {
    for (const [logicalId, resource] of this.#template.resources)
      this.#checkResource(logicalId, resource);
    for (const [name, { value, condition }] of this.#template.outputs) {
      this.#checkCondition(condition, `Outputs.${name}.Condition`);
      this.#checkReferences(value, `Outputs.${name}.Value`);
    }
    return [...this.#problems.values()];
  }

  #checkResource(logicalId: string, resource: ResourceDefinition): void {
    const at = `Resources.${logicalId}`;
    const type = RESOURCE_TYPES.get(resource.type);
    const report: ShapeReport = {
      problem: (problem) => this.#add(problem),
      resolve: (text, at) => this.#dynamicReferences.resolve(text, at),
      // Noted when the resource comes up.
      withoutEffect: () => undefined,
    };
    if (type) {
      applyShape(resource.properties, type.properties, `${at}.Properties`, report);
      this.#checkExtensions(resource, type.extensions, `${at}.Metadata.Freshet`, report);
    } else
      this.#add(
        new TemplateProblem(
          `${at}.Type`,
          `Template format error: Unrecognized resource types: [${resource.type}]. Supported are ${[...RESOURCE_TYPES.keys()].join(', ')}.`,
        ),
      );
    this.#checkCondition(resource.condition, `${at}.Condition`);
    for (const name of resource.dependsOn)
      if (!this.#template.resources.has(name))
        this.#add(unresolvedResource(name, `${at}.DependsOn`));
    this.#checkReferences(resource.properties, `${at}.Properties`);
    this.#checkReferences(resource.extensions ?? {}, `${at}.Metadata.Freshet`);
  }

  #checkExtensions(
    { type, extensions }: ResourceDefinition,
    shape: ObjectShape | undefined,
    at: string,
    report: ShapeReport,
  ): void {
    if (extensions === undefined) return;
    if (shape) applyShape(extensions, shape, at, report);
    else this.#add(new TemplateProblem(at, `${type} has no extensions: remove it.`));
  }

  #checkCondition(name: string | undefined, at: string): void {
    if (name !== undefined && !this.#template.conditions.has(name))
      this.#add(unresolvedCondition(name, at));
  }

  #checkReferences(value: TemplateValue, at: string): void {
    try {
      for (const reference of referencesIn(value, at)) this.#checkReference(reference);
    } catch (error) {
      if (!(error instanceof TemplateProblem)) throw error;
      this.#add(error);
    }
  }

  #checkReference({ kind, name, attribute, at }: Reference): void {
    const { parameters, resources } = this.#template;
    if (kind === 'Condition') return this.#checkCondition(name, at);
    if (kind === 'Dynamic') return this.#checkPlace(at);
    const resource = resources.get(name);
    if (kind === 'GetAtt') {
      if (!resource) return this.#add(undefinedResource(name, at));
      const type = RESOURCE_TYPES.get(resource.type);
      if (type && attribute !== undefined && !type.attributes.includes(attribute))
        this.#add(unsupportedAttribute(name, attribute, at, type.attributes));
    } else if (!resource && !parameters.has(name) && !this.#pseudoParameters.has(name))
      this.#add(unresolvedResource(name, at));
  }

  #checkPlace(at: string): void {
    if (at.startsWith('Outputs.'))
      this.#add(
        new TemplateProblem(
          at,
          'dynamic references ({{resolve:…}}) can only stand in properties of resources.',
        ),
      );
  }

  #add(problem: TemplateProblem): void {
    this.#problems.set(`${problem.at}\n${problem.message}`, problem);
  }
}
