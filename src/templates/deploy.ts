import type { Scope } from '../lib/arn.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import { Deployment } from './deployment.js';
import type { DynamicValues } from './dynamic-references.js';
import { parameterValues } from './parameters.js';
import { parseTemplate } from './parse.js';
import type { Action, ResourceApi } from './resources/resource-type.js';
import { Secrets } from './secrets.js';
import { Stack, type StackStore } from './stack.js';
import { TemplateError, TemplateProblem } from './template-error.js';

export interface DeployOptions {
  text: string;
  /** For messages. */
  fileName: string;
  /** Letters, digits and hyphens. */
  stackName: string;
  /** Values of the template's parameters, by name. */
  parameters: Readonly<Record<string, string>>;
  /** What the template's dynamic references stand for. */
  dynamicValues?: DynamicValues;
  provider: ResourceApi;
  stacks: StackStore;
  scope: Scope;
  log: Log;
  /** The system's clock by default. */
  clock?: Clock;
  /** How long a resource may take to settle, in milliseconds; a minute by default. */
  settleMs?: number;
}

export interface StackResource {
  logicalId: string;
  type: string;
  /** Its own name: what Ref gives. */
  name: string;
}

/** What came of a template. Holds no secret. */
export interface StackResult {
  stackName: string;
  stackId: string;
  /** In the order in which they came up. */
  resources: (StackResource & { action: Action })[];
  /** In the template before, and not any more. They are left as they are. */
  removed: StackResource[];
  outputs: { name: string; value: string; description?: string }[];
  /** What the template's author should know, one line each. */
  notes: string[];
}

/**
 * Brings up what a template describes: makes what is not there, updates what the template changed, leaves
 * alone what it did not, and never deletes or replaces anything. All that can be checked is checked before
 * the first resource is touched. Rejects with a TemplateError; what came up before that stays, and the next
 * call goes on from there. Other errors are faults of the rooms below.
 */
export async function deployTemplate(options: DeployOptions): Promise<StackResult> {
  const template = parseTemplate(options.text, options.fileName);
  const secrets = new Secrets();
  const fail = (problems: readonly TemplateProblem[]): TemplateError =>
    new TemplateError(
      options.fileName,
      problems.map(({ at, message }) => new TemplateProblem(at, secrets.mask(message))),
      template.locate,
    );
  const problems: TemplateProblem[] = [];
  const parameters = parameterValues(template.parameters, options.parameters, problems);
  for (const name of parameters.secret)
    for (const value of [parameters.values.get(name) ?? []].flat()) secrets.add(value);
  secrets.add(options.provider.cacheApiKey);
  if (problems.length > 0) throw fail(problems);
  try {
    const stack = await Stack.open(options.stackName, options.stacks);
    const deployment = new Deployment(options, template, parameters, stack, secrets);
    const found = deployment.check();
    if (found.length > 0) throw fail(found);
    return await deployment.run();
  } catch (error) {
    throw error instanceof TemplateProblem ? fail([error]) : error;
  }
}
