export { createSupervisor } from './supervisor.js';
export type { Supervisor, SupervisorOptions } from './supervisor.js';
export type { PipeStatus } from './pipe-status.js';
export type { LastDelivery, LastFailure, PipeCounts } from './metrics.js';
export type { SettledOutcome, WaitOptions } from './settling/outcome.js';
export type { CurrentItem, ReplayOutcome } from './replay.js';
