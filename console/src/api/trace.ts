import { call } from './http';

export interface ShownText {
  text: string;
  /** The whole length, when only the beginning is here. */
  length?: number;
}
export interface TraceStep {
  stage: string;
  tookMs: number;
  outcome: string;
  reason?: string;
  request?: { method: string; url: string; headers?: Record<string, string>; body?: ShownText };
  response?: { status: number; body: string };
  exchangeMs?: number;
}
/** A record of a pipe with what came of it. Times are epoch milliseconds. */
export interface TracedRecord {
  id: number;
  eventName: string;
  keys: Record<string, Record<string, unknown>>;
  writtenAt: number;
  startedAt: number;
  endedAt?: number;
  filter: 'passed' | 'filtered';
  outcome: string;
  record: ShownText;
  attemptCount: number;
  attempts: { number: number; startedAt: number; steps: TraceStep[] }[];
}
export interface TracePage {
  records: TracedRecord[];
  next: number;
}

/** Records of one answer. */
const LIMIT = 200;

/** The last records of a pipe; with `after`, those of which something has come since. */
export async function traceOf(pipe: string, after?: number): Promise<TracePage> {
  const since = after === undefined ? '' : `&after=${String(after)}`;
  return (await call({
    method: 'GET',
    target: `/_freshet/pipes/${encodeURIComponent(pipe)}/trace?limit=${String(LIMIT)}${since}`,
    service: 'freshet',
  })) as TracePage;
}
