import type { Scope } from '../../lib/arn.js';
import { isAwsError } from '../../lib/aws-error.js';
import { sleep, type Clock } from '../../lib/clock.js';
import type { ObjectShape } from '../shape.js';
import type { TemplateObject } from '../value.js';

const POLL_MS = 20;
const MISSING = new Set(['ResourceNotFoundException', 'NotFoundException', 'QueueDoesNotExist']);

/**
 * What this room needs of the others. Operations go by their names on the wire, with inputs and outputs of
 * AWS's shapes; they reject with AwsError.
 */
export interface ResourceApi {
  dynamodb(operation: string, input: object): Promise<object>;
  events(operation: string, input: object): Promise<object>;
  pipes(operation: string, input: object): Promise<object>;
  sqs(operation: string, input: object): Promise<object>;
  logs(operation: string, input: object): Promise<object>;
  /** Makes a cache; false when there is one of that name. */
  createCache(name: string): Promise<boolean>;
  /** Base URL of the caches' HTTP API, without a slash at its end. */
  readonly cacheEndpoint: string;
  readonly cacheApiKey: string;
}

/** `without effect`: there is nothing of the kind here, but the template may refer to it. */
export type Action = 'created' | 'updated' | 'unchanged' | 'without effect';

/** One resource of a template that is to be brought to what its properties say. */
export interface BringUpRequest {
  api: ResourceApi;
  scope: Scope;
  clock: Clock;
  /** How long it may take to settle, in milliseconds. */
  settleMs: number;
  /** Its own name: what Ref gives. */
  name: string;
  logicalId: string;
  /** Resolved and checked against the type's shape, without what has no effect. */
  properties: TemplateObject;
  /** Its `Metadata.Freshet`, resolved and checked likewise; undefined when it has none. */
  extensions: TemplateObject | undefined;
  /** Whether these differ from those with which it was brought up the last time, or are new. */
  isChanged: boolean;
  /** Something that its author should know. */
  note: (text: string) => void;
}

/** A resource that is up. */
export interface Standing {
  action: Action;
  /** What Ref gives, when it is not the name. */
  ref?: string;
  /** Values of Fn::GetAtt. One that this resource does not have is undefined. */
  attributes: Record<string, string | undefined>;
}

export interface ResourceType {
  /** `AWS::DynamoDB::Table` */
  name: string;
  properties: ObjectShape;
  /** What its `Metadata.Freshet` may hold; undefined: nothing. */
  extensions?: ObjectShape;
  /** Names for Fn::GetAtt. */
  attributes: readonly string[];
  /** Those of the attributes that must not be shown. */
  secretAttributes?: readonly string[];
  /** The property that names the resource, and how long a name that is made up may be. */
  naming: { property?: string; maxLength: number };
  /** The values in its properties that must not be shown. */
  secrets?(properties: TemplateObject): string[];
  /** Why it has no effect here. */
  withoutEffect?: string;
  /** Rejects with an AwsError, or with a TemplateProblem whose path is within the properties. */
  bringUp(request: BringUpRequest): Promise<Standing>;
}

/** Resources that are described by their name: makes what is not there, updates what is. */
export async function bringUpDescribed<D>(
  { isChanged }: BringUpRequest,
  steps: {
    /** Waits until it is settled; undefined when there is none. */
    describe(): Promise<D | undefined>;
    create(): Promise<unknown>;
    /** False when there was nothing to do. */
    update(before: D): Promise<boolean>;
    /** Whether an unchanged one is to be updated nevertheless. */
    isBroken?(before: D): boolean;
  },
): Promise<{ action: Action; description: D }> {
  const before = await steps.describe();
  let action: Action = 'unchanged';
  if (before === undefined) {
    await steps.create();
    action = 'created';
  } else {
    const isDue = isChanged || steps.isBroken?.(before) === true;
    if (!isDue || !(await steps.update(before))) return { action, description: before };
    action = 'updated';
  }
  const description = await steps.describe();
  if (description === undefined)
    throw new Error('A resource was gone right after it had been made: start again.');
  return { action, description };
}

/** What a call resolves to; undefined when it rejects because there is no such resource. */
export async function unlessMissing<T>(call: Promise<object>): Promise<T | undefined> {
  try {
    return (await call) as T;
  } catch (error) {
    if (isAwsError(error) && MISSING.has(error.code)) return undefined;
    throw error;
  }
}

/** Looks again and again until it is settled, or until there is no more time: what was seen last. */
export async function settled<T>(
  { clock, settleMs }: BringUpRequest,
  look: () => Promise<T>,
  isSettled: (seen: T) => boolean,
): Promise<T> {
  const deadline = clock.monotonic() + settleMs;
  for (;;) {
    const seen = await look();
    if (isSettled(seen) || clock.monotonic() >= deadline) return seen;
    await sleep(POLL_MS);
  }
}
