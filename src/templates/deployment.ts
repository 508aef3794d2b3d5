import { isAwsError } from '../lib/aws-error.js';
import { systemClock } from '../lib/clock.js';
import { checkTemplate, isSecretReference } from './check.js';
import { deploymentOrder } from './dependencies.js';
import { DynamicReferences } from './dynamic-references.js';
import type { DeployOptions, StackResource, StackResult } from './deploy.js';
import { fingerprintOf } from './fingerprint.js';
import { checkDoubleName, checkType, nameOf, recordOf } from './names.js';
import type { ParameterValues } from './parameters.js';
import type { Template } from './parse.js';
import { referencesIn } from './references.js';
import { Resolver } from './resolver.js';
import { RESOURCE_TYPES } from './resources/index.js';
import type { Action, BringUpRequest, ResourceType, Standing } from './resources/resource-type.js';
import type { Secrets } from './secrets.js';
import { applyShape, type ObjectShape } from './shape.js';
import type { ResourceRecord, Stack } from './stack.js';
import { TemplateProblem } from './template-error.js';
import type { TemplateObject, TemplateValue } from './value.js';

/** How long a resource may take to settle. */
const SETTLE_MS = 60_000;
const URL_SUFFIX = 'amazonaws.com';

/** One run over a template whose parameters are known. */
export class Deployment {
  readonly #options: DeployOptions;
  readonly #template: Template;
  readonly #parameters: ParameterValues;
  readonly #stack: Stack;
  readonly #secrets: Secrets;
  readonly #pseudoParameters: ReadonlyMap<string, string | string[]>;
  readonly #resolver: Resolver;
  readonly #dynamicReferences: DynamicReferences;
  readonly #resources: StackResult['resources'] = [];
  readonly #notes: string[];

  constructor(
    options: DeployOptions,
    template: Template,
    parameters: ParameterValues,
    stack: Stack,
    secrets: Secrets,
  ) {
    this.#options = options;
    this.#template = template;
    this.#parameters = parameters;
    this.#stack = stack;
    this.#secrets = secrets;
    this.#notes = [...template.notes];
    this.#dynamicReferences = new DynamicReferences(options.dynamicValues, secrets);
    const { region, accountId } = options.scope;
    this.#pseudoParameters = new Map<string, string | string[]>([
      ['AWS::AccountId', accountId],
      ['AWS::NotificationARNs', []],
      ['AWS::Partition', 'aws'],
      ['AWS::Region', region],
      ['AWS::StackId', stack.id(options.scope)],
      ['AWS::StackName', stack.name],
      ['AWS::URLSuffix', URL_SUFFIX],
    ]);
    this.#resolver = new Resolver({
      template,
      parameters,
      pseudoParameters: this.#pseudoParameters,
    });
  }

  /** What is wrong before anything is touched. */
  check(): TemplateProblem[] {
    const pseudoParameters = new Set([...this.#pseudoParameters.keys(), 'AWS::NoValue']);
    const problems = checkTemplate(this.#template, pseudoParameters, this.#dynamicReferences);
    for (const name of this.#template.conditions.keys()) {
      try {
        this.#resolver.condition(name, `Conditions.${name}`);
      } catch (error) {
        if (!(error instanceof TemplateProblem)) throw error;
        problems.push(error);
      }
    }
    return problems;
  }

  async run(): Promise<StackResult> {
    const { resources } = this.#template;
    const included = [...resources]
      .filter(([name, { condition }]) => this.#isWanted(condition, `Resources.${name}.Condition`))
      .map(([name]) => name);
    const order = deploymentOrder(resources, new Set(included));
    for (const logicalId of order)
      checkType(this.#stack, logicalId, resources.get(logicalId)!.type);
    for (const logicalId of order) await this.#bringUp(logicalId);
    // Only now: a resource may have come up under another logical id.
    const removed = await this.#removed(new Set(order));
    this.#noteWithoutEffect();
    return {
      stackName: this.#stack.name,
      stackId: this.#stack.id(this.#options.scope),
      resources: this.#resources,
      removed,
      outputs: this.#outputs(),
      notes: this.#notes.map((note) => this.#secrets.mask(note)),
    };
  }

  async #bringUp(logicalId: string): Promise<void> {
    const {
      type: typeName,
      properties: unresolved,
      extensions: beyond,
    } = this.#template.resources.get(logicalId)!;
    const type = RESOURCE_TYPES.get(typeName)!;
    const at = `Resources.${logicalId}`;
    const properties = this.#shaped(logicalId, unresolved, type.properties, `${at}.Properties`);
    // Only types that have a shape for them have extensions: the rest has been refused.
    const extensions =
      beyond && this.#shaped(logicalId, beyond, type.extensions!, `${at}.Metadata.Freshet`);
    for (const secret of type.secrets?.(properties) ?? []) this.#secrets.add(secret);
    const before = await recordOf(this.#stack, this.#template, logicalId, type, properties);
    const name = nameOf(this.#stack, logicalId, type, properties, before);
    checkDoubleName(this.#resources, { logicalId, type: typeName, name });
    const fingerprint = await fingerprintOf(
      { name, properties, ...(extensions && { extensions }) },
      { salt: this.#stack.salt, isSecret: this.#isSecret(type, [unresolved, beyond ?? {}], at) },
    );
    const isChanged = before?.fingerprint !== fingerprint;
    const record = { type: typeName, name, isUp: before?.isUp ?? false };
    if (isChanged) await this.#stack.remember(logicalId, record);
    const {
      action,
      ref = name,
      attributes,
    } = await this.#perform(type, {
      name,
      logicalId,
      properties,
      extensions,
      isChanged,
    });
    await this.#stack.remember(logicalId, { ...record, isUp: true, fingerprint });
    this.#resolver.define(logicalId, { ref, attributes });
    this.#resources.push({ logicalId, type: typeName, name, action });
    this.#noteOrigin(logicalId, name, before, action);
    if (action === 'created' || action === 'updated')
      this.#options.log.info('A resource of the template is up', {
        logicalId,
        type: typeName,
        name: this.#secrets.mask(name),
        action,
      });
  }

  async #perform(
    type: ResourceType,
    request: Pick<BringUpRequest, 'name' | 'logicalId' | 'properties' | 'extensions' | 'isChanged'>,
  ): Promise<Standing> {
    const { provider: api, clock = systemClock, settleMs = SETTLE_MS, scope } = this.#options;
    const note = (text: string): void => void this.#notes.push(`${request.logicalId}: ${text}`);
    try {
      return await type.bringUp({ ...request, api, clock, settleMs, scope, note });
    } catch (error) {
      throw failure(error, request.logicalId, type.name, request.name);
    }
  }

  #isWanted(condition: string | undefined, at: string): boolean {
    return condition === undefined || this.#resolver.condition(condition, at);
  }

  #shaped(
    logicalId: string,
    unresolved: TemplateObject,
    shape: ObjectShape,
    at: string,
  ): TemplateObject {
    const problems: TemplateProblem[] = [];
    const properties = applyShape(this.#resolver.resolve(unresolved, at), shape, at, {
      problem: (problem) => void problems.push(problem),
      resolve: (text, where) => this.#dynamicReferences.resolve(text, where),
      withoutEffect: (path, reason) =>
        void this.#notes.push(`${logicalId}: ${path} has no effect here: ${reason}`),
    });
    if (problems[0]) throw problems[0];
    return properties as TemplateObject;
  }

  #isSecret(type: ResourceType, properties: TemplateValue, at: string): boolean {
    if (type.secrets) return true;
    for (const reference of referencesIn(properties, at))
      if (isSecretReference(reference, this.#template, this.#parameters)) return true;
    return false;
  }

  #noteOrigin(
    logicalId: string,
    name: string,
    before: ResourceRecord | undefined,
    action: Action,
  ): void {
    if (action === 'created' && before?.isUp)
      this.#notes.push(`${logicalId}: '${name}' was gone and has been made anew.`);
    if ((action === 'updated' || action === 'unchanged') && before === undefined)
      this.#notes.push(
        `${logicalId}: '${name}' was there before; it is now what the template says.`,
      );
  }

  /** Resources that left the template since the last time. They are named once, and kept in mind. */
  async #removed(included: ReadonlySet<string>): Promise<StackResource[]> {
    const removed: StackResource[] = [];
    for (const [logicalId, record] of this.#stack.resources()) {
      const { type, name } = record;
      const isReal = RESOURCE_TYPES.get(type)?.withoutEffect === undefined;
      if (included.has(logicalId) || record.isRemoved || !record.isUp || !isReal) continue;
      removed.push({ logicalId, type, name });
      this.#notes.push(
        `${logicalId}: no longer in the template. The ${type} '${name}' stays as it is: delete it yourself if it is not needed.`,
      );
      await this.#stack.remember(logicalId, { ...record, isRemoved: true });
    }
    return removed;
  }

  #noteWithoutEffect(): void {
    for (const { name, withoutEffect } of RESOURCE_TYPES.values()) {
      const logicalIds = this.#resources
        .filter(({ type }) => type === name)
        .map(({ logicalId }) => logicalId);
      if (withoutEffect !== undefined && logicalIds.length > 0)
        this.#notes.push(`${logicalIds.join(', ')}: ${name} has no effect here: ${withoutEffect}`);
    }
  }

  #outputs(): StackResult['outputs'] {
    return [...this.#template.outputs]
      .filter(([name, { condition }]) => this.#isWanted(condition, `Outputs.${name}.Condition`))
      .map(([name, { value, description }]) => {
        const at = `Outputs.${name}.Value`;
        const isSecret = [...referencesIn(value, at)].some((reference) =>
          isSecretReference(reference, this.#template, this.#parameters),
        );
        const text = this.#resolver.text(value, at);
        return {
          name,
          value: isSecret ? this.#secrets.masked : this.#secrets.mask(text),
          ...(description !== undefined && { description }),
        };
      });
  }
}

/** What failed, where, and in whose words. Faults of ours pass as they are. */
function failure(error: unknown, logicalId: string, type: string, name: string): unknown {
  const at = `Resources.${logicalId}`;
  if (error instanceof TemplateProblem)
    return new TemplateProblem(
      error.at === '' ? at : `${at}.Properties.${error.at}`,
      error.message,
    );
  if (!isAwsError(error)) return error;
  return new TemplateProblem(
    at,
    `${type} '${name}' could not be brought up: ${error.code}: ${error.message} (What came up before it stays; correct the template and start again.)`,
  );
}
