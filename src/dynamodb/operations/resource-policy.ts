import { AwsError } from '../../lib/aws-error.js';
import type { Engine } from '../engine.js';
import { validationError } from '../errors.js';
import type { ResourcePolicy, TableDefinition } from '../tables/definition.js';
import type { Table } from '../tables/table.js';
import { boolean, field, string } from '../validation/shape.js';
import { durably } from './item-write.js';
import type { Operation } from './operation.js';
import { resourceArn, resourceMissing, tableOfArn } from './resource-arn.js';

/** Documented; blanks count. */
const MAX_POLICY_BYTES = 20 * 1024;
/** Documented: expects that there is no policy yet. */
const NO_POLICY = 'NO_POLICY';

const revisionId = string({ min: 1, max: 255 });

interface Input {
  ResourceArn: string;
}

interface ChangeInput extends Input {
  ExpectedRevisionId?: string;
}

/*
 * Policies of tables are kept and given back. They allow or deny nothing: who may use the server is
 * decided for all of it alike.
 */

export const putResourcePolicy: Operation<ChangeInput & { Policy: string }> = {
  shape: field('PutResourcePolicyInput', {
    ResourceArn: resourceArn,
    Policy: string({ required: true }),
    ExpectedRevisionId: revisionId,
    ConfirmRemoveSelfResourceAccess: boolean(),
  }),

  perform(engine, { ResourceArn, Policy, ExpectedRevisionId }) {
    checkPolicy(Policy);
    const table = ownTable(engine, ResourceArn);
    const current = table.definition.resourcePolicy;
    if (ExpectedRevisionId !== undefined && ExpectedRevisionId !== (current?.revision ?? NO_POLICY))
      throw policyNotFound(ResourceArn);
    const policy = nextPolicy(Policy, current, engine.clock.now());
    engine.catalog.put({ ...table.definition, resourcePolicy: policy });
    return durably(engine, JSON.stringify({ RevisionId: policy.revision }));
  },
};

export const getResourcePolicy: Operation<Input> = {
  shape: field('GetResourcePolicyInput', { ResourceArn: resourceArn }),

  perform(engine, { ResourceArn }) {
    const policy = ownTable(engine, ResourceArn).definition.resourcePolicy;
    if (!policy) throw policyNotFound(ResourceArn);
    return JSON.stringify({ Policy: policy.text, RevisionId: policy.revision });
  },
};

/** To delete what is not there is no error, unless a revision was expected (documented). */
export const deleteResourcePolicy: Operation<ChangeInput> = {
  shape: field('DeleteResourcePolicyInput', {
    ResourceArn: resourceArn,
    ExpectedRevisionId: revisionId,
  }),

  perform(engine, { ResourceArn, ExpectedRevisionId }) {
    const table = ownTable(engine, ResourceArn);
    const { resourcePolicy: current, ...definition } = table.definition;
    if (ExpectedRevisionId !== undefined && ExpectedRevisionId !== current?.revision)
      throw policyNotFound(ResourceArn);
    if (!current) return '{}';
    engine.catalog.put(definition satisfies TableDefinition);
    return durably(engine, JSON.stringify({ RevisionId: current.revision }));
  },
};

/** Throws when it is too large or no JSON object; its statements are not looked at. */
export function checkPolicy(text: string): void {
  if (Buffer.byteLength(text) > MAX_POLICY_BYTES)
    throw validationError(
      `The resource policy exceeds the maximum size of ${MAX_POLICY_BYTES} bytes: shorten it.`,
    );
  try {
    const policy = JSON.parse(text) as unknown;
    if (typeof policy === 'object' && policy !== null && !Array.isArray(policy)) return;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw validationError('Invalid policy document: it must be a JSON object.');
}

/** The same policy keeps its revision (documented). */
export function nextPolicy(
  text: string,
  current: ResourcePolicy | undefined,
  now: number,
): ResourcePolicy {
  if (current?.text === text) return current;
  return { text, revision: String(Math.max(now, Number(current?.revision ?? 0) + 1)) };
}

function ownTable(engine: Engine, arn: string): Table {
  const table = tableOfArn(engine, arn);
  if (!table) throw resourceMissing(arn);
  return table;
}

/** The words are inferred. */
const policyNotFound = (arn: string): AwsError =>
  new AwsError(
    'PolicyNotFoundException',
    `Resource-based policy not found for the provided ResourceArn: ${arn}`,
  );
