import type { Clock } from '../../lib/clock.js';
import type { Log } from '../../lib/log.js';
import type { DeadLetters } from '../../state/index.js';
import type { Replaced } from '../coalescing.js';
import type { PipeDefinition } from '../definition.js';
import type { Guard } from '../guard.js';
import type { Health } from '../health.js';
import type { PipeMetrics } from '../metrics.js';
import type { PathWatch } from '../path-watch.js';
import type { Outcome, PipeRecord } from '../pipe-record.js';
import type { Stages } from '../stages/stages.js';
import type { PipeTrace } from '../trace/pipe-trace.js';
import type { ItemQueue } from './item-queue.js';

export interface DeliveryOptions {
  pipeName: string;
  definition: Pick<PipeDefinition, 'limits' | 'coalesces'>;
  stages: Stages;
  deadLetters: Pick<DeadLetters, 'add'>;
  clock: Clock;
  log: Log;
  metrics: PipeMetrics;
  trace: PipeTrace;
  health: Health;
  /** Looks at the records that the first stage gets. */
  paths: PathWatch;
  /** The record of the stream was delivered, or its dead letter is stored. */
  onFinished: (record: PipeRecord) => void;
  /** The record was replaced by a newer state of its item. */
  onReplaced: (replaced: Replaced) => void;
  /** Health or paths have something to watch. */
  onWatch: () => void;
}

/** What the parts of a delivery share. */
export interface DeliveryContext extends DeliveryOptions {
  readonly queue: ItemQueue;
  readonly guard: Guard;
  /** A record is done with. */
  finish(record: PipeRecord, outcome: Outcome): void;
}
