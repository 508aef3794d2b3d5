export type * from './dynamodb-operations.js';
export type * from './resources.js';
export type * from './state.js';
