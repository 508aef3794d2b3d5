/** What `GET /_freshet/pipes/{name}` answers, as far as the command reads it. */
export interface PipeView {
  name: string;
  currentState: string;
  stateReason?: string;
  source: string;
  target: string;
  /** Method and URL of the destination; absent when it is gone. */
  endpoint?: string;
  /** Absent while the pipe does not run. */
  status?: PipeStatus;
  recentDeadLetters?: DeadLetter[];
}

export interface PipeStatus {
  read: number;
  filtered: number;
  delivered: number;
  skipped: number;
  coalesced: number;
  deadLettered: number;
  inFlight: number;
  waiting: number;
  idle: boolean;
  oldestUndeliveredMs?: number;
  loweredRate?: number;
  /** Milliseconds. */
  delay: { p50: number; p99: number; max: number };
  lastDelivery?: { at: number; status?: number };
  lastFailure?: { at: number; reason: string; attempt: number; keys: unknown };
  warnings: string[];
  lint?: { message: string; path?: string }[];
}

export interface DeadLetter {
  failedAt: number;
  condition: string;
  reason: string;
  attempts: number;
}

/** A record of a pipe's trace, as far as the command reads it. Times are epoch milliseconds. */
export interface TracedRecord {
  eventName: string;
  keys: unknown;
  writtenAt: number;
  startedAt: number;
  endedAt?: number;
  outcome: string;
  attemptCount: number;
  attempts: { steps: TracedStep[] }[];
}

export interface TracedStep {
  reason?: string;
  request?: { method: string; url: string };
  response?: { status: number };
}
