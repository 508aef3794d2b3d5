import { apiDestination } from './api-destination.js';
import { cache } from './cache.js';
import { cdkMetadata } from './cdk-metadata.js';
import { connection } from './connection.js';
import { policy, role } from './iam.js';
import { logGroup } from './log-group.js';
import { pipe } from './pipe.js';
import { queue, queuePolicy } from './queue.js';
import type { ResourceType } from './resource-type.js';
import { table } from './table.js';

/** The types that templates may use. */
export const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [
    ...[table, connection, apiDestination, pipe, queue, logGroup, cache],
    ...[role, policy, queuePolicy, cdkMetadata],
  ].map((type) => [type.name, type]),
);
