export { createSupervisor } from './supervisor.js';
export type { Supervisor, SupervisorOptions } from './supervisor.js';
export type { BackfillRequest } from './backfill/backfill.js';
export { embeddedTables } from './embedded-tables.js';
export type { SourceTable, SourceTables } from './source-table.js';
export type { PipeStatus } from './pipe-status.js';
export type { LastDelivery, LastFailure, PipeCounts } from './metrics.js';
export type { SettledOutcome, WaitOptions } from './settling/outcome.js';
export type { CurrentItem, ReplayOutcome } from './replay.js';
