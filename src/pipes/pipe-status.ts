import type { PipeCurrentState } from '../state/index.js';
import type { LintWarning } from './lint/lint-warning.js';
import type { LastDelivery, LastFailure, PipeCounts } from './metrics.js';

/** How a running pipe is doing. Counts and delays are those since the process started. */
export interface PipeStatus extends PipeCounts {
  state: PipeCurrentState;
  /** Requests on their way, and dead letters being stored. */
  inFlight: number;
  /** Records that were read and wait: for their turn, or for their next try. */
  waiting: number;
  /** Milliseconds from the write of an item to the target's answer. */
  delay: { p50: number; p99: number; max: number };
  /** Requests per second, while the target's answers ask for less than its rate limit. */
  loweredRate?: number;
  lastDelivery?: LastDelivery;
  lastFailure?: LastFailure;
  /** Everything committed to the stream so far is handled: delivered, filtered out or a dead letter. */
  idle: boolean;
  /** Milliseconds since the oldest record in hand was written; absent when none is in hand. */
  oldestUndeliveredMs?: number;
  /** What the definition probably gets wrong, e.g. a path that no record has. */
  warnings: string[];
  /** The same of the whole definition, as it was judged when the pipe began to run: see `lintPipe`. */
  lint: LintWarning[];
}
