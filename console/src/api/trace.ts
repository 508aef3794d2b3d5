import { call, open } from './http';
import { eventsOf } from './lines';

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

const pathOf = (pipe: string): string => `/_freshet/pipes/${encodeURIComponent(pipe)}/trace`;

/** The last records of a pipe. */
export async function traceOf(pipe: string): Promise<TracePage> {
  return (await call({
    method: 'GET',
    target: `${pathOf(pipe)}?limit=${String(LIMIT)}`,
    service: 'freshet',
  })) as TracePage;
}

export type TraceEvent =
  { type: 'record'; record: TracedRecord } | { type: 'dropped'; count: number };

/**
 * A pipe's records each time that something has come of one, until `signal` aborts. Resolves as soon as the server
 * listens for them.
 */
export async function watchTrace(
  pipe: string,
  signal: AbortSignal,
): Promise<AsyncGenerator<TraceEvent>> {
  const response = await open({
    method: 'GET',
    target: `${pathOf(pipe)}/live`,
    service: 'freshet',
    signal,
  });
  return traceEvents(response);
}

async function* traceEvents(response: Response): AsyncGenerator<TraceEvent> {
  for await (const { event, data } of eventsOf(response))
    yield event === 'dropped'
      ? { type: 'dropped', count: (data as { count: number }).count }
      : { type: 'record', record: data as TracedRecord };
}
