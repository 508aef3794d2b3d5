import { apiDestination } from './api-destination.js';
import { cache } from './cache.js';
import { cdkMetadata } from './cdk-metadata.js';
import { connection } from './connection.js';
import { policy, role } from './iam.js';
import { pipe } from './pipe.js';
import type { ResourceType } from './resource-type.js';
import { table } from './table.js';

/** The types that templates may use. */
export const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map(
  [table, connection, apiDestination, pipe, role, policy, cdkMetadata, cache].map((type) => [
    type.name,
    type,
  ]),
);
