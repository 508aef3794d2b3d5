export type * from './backfill.js';
export type * from './dynamodb-operations.js';
export { EXTENSION_PREFIX, readExtensions } from './extensions.js';
export type { Extensions } from './extensions.js';
export type * from './resources.js';
export { loadSecretKey } from './secret-key.js';
export type * from './state.js';
export { openState } from './table-state.js';
export type { StateOptions } from './table-state.js';
