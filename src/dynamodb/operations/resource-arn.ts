import { parseArn } from '../../lib/arn.js';
import type { Engine } from '../engine.js';
import { resourceNotFound, validationError } from '../errors.js';
import { tableArn } from '../tables/description.js';
import type { Table } from '../tables/table.js';
import { string } from '../validation/shape.js';

/** The resource that tags and policies belong to. */
export const resourceArn = string({ required: true, min: 1, max: 1283 });

/** Throws for what is no ARN at all; for operations that look at it before anything else. */
export function checkArn({ ResourceArn }: { ResourceArn?: string }): void {
  if (ResourceArn === undefined) throw validationError('Invalid TableArn'); // recorded
  // Recorded (2025); how the sentence goes on is inferred.
  if (!ResourceArn.startsWith('arn:'))
    throw validationError(`ARNs must start with 'arn:': ${ResourceArn}`);
}

/** The table of an ARN; undefined when there is none. Throws when it is not a table's ARN. */
export function tableOfArn(engine: Engine, resource: string): Table | undefined {
  checkArn({ ResourceArn: resource });
  const arn = parseArn(resource);
  const name =
    arn?.service === 'dynamodb' && /^table\/([a-zA-Z0-9_.-]{3,255})$/.exec(arn.resource)?.[1];
  if (!name)
    throw validationError(`Invalid TableArn: Invalid ResourceArn provided as input ${resource}`);
  const table = engine.catalog.find(name);
  return table && tableArn(engine.scope, name) === resource ? table : undefined;
}

export const resourceMissing = (arn: string): Error =>
  resourceNotFound(`Requested resource not found: ResourcArn: ${arn} not found`);
