/** How long, and for what, is waited. */
export interface WaitOptions {
  timeoutMs: number;
  /** From when on given-up records count, in epoch milliseconds; from the call on when undefined. */
  since: number | undefined;
  /** Ends it as the time-out does: the caller went away. */
  signal: AbortSignal;
}

export interface SettledOutcome {
  /** `settled`: everything that was committed before the call is delivered, filtered out or given up. */
  result: 'settled' | 'timeout' | 'not running';
  /** Records that were given up since then, whenever they were written; of more than 1,000 only so many. */
  deadLettered: number;
}
