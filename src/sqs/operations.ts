import { messageOperations } from './message-operations.js';
import type { Operation } from './operation.js';
import { queueOperations } from './queue-operations.js';

/** All operations by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries({ ...queueOperations, ...messageOperations }),
);
