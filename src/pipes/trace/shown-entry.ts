import type { Attempt } from '../../destinations/index.js';
import type { Item } from '../../lib/attribute-value.js';
import { stringifyJson } from '../../lib/json-text.js';
import type { StageName } from '../executions/message-types.js';
import type { TraceEntry, TracedStep, TraceOutcome } from './trace-entry.js';

/** Longest text of a record or a body that is shown. */
const MAX_TEXT = 16 * 1024;

/** A text of which only the beginning is shown has its whole length beside it. */
export interface ShownText {
  text: string;
  /** In characters; absent when it is shown whole. */
  length?: number;
}

/** A record with its steps, for people and programs. Times are epoch milliseconds, durations milliseconds. */
export interface ShownEntry {
  id: number;
  eventID: string;
  eventName: string;
  keys: Item;
  writtenAt: number;
  /** When it was filtered, or its first request was made. */
  startedAt: number;
  filter: 'passed' | 'filtered';
  outcome: TraceOutcome;
  endedAt?: number;
  /** Why it was given up. */
  condition?: string;
  /** The stream's record, as JSON. */
  record: ShownText;
  /** All of them; `attempts` has the newest ten. */
  attemptCount: number;
  attempts: { number: number; startedAt: number; steps: ShownStep[] }[];
}

export interface ShownStep {
  stage: StageName;
  /** Rendering, the wait for the rate limit, the exchange. */
  tookMs: number;
  outcome: Attempt['outcome'] | 'not made';
  /** What went wrong. */
  reason?: string;
  request?: { method: string; url: string; headers?: Record<string, string>; body?: ShownText };
  response?: { status: number; body: string };
  /** When the request was sent, and how long until the answer was complete. */
  sentAt?: number;
  exchangeMs?: number;
}

/** Makes readable what was kept. */
export function showEntry(entry: TraceEntry): ShownEntry {
  const { record, outcome } = entry;
  return {
    id: entry.id,
    eventID: record.eventID,
    eventName: record.eventName,
    keys: record.dynamodb.Keys,
    writtenAt: entry.writtenAt,
    startedAt: entry.startedAt,
    filter: outcome === 'filtered' ? 'filtered' : 'passed',
    outcome,
    ...(entry.endedAt !== undefined && { endedAt: entry.endedAt }),
    ...(entry.condition !== undefined && { condition: entry.condition }),
    record: shownText(stringifyJson(record)),
    attemptCount: entry.attemptCount,
    attempts: entry.attempts.map(({ steps, ...attempt }) => ({
      ...attempt,
      steps: steps.map(showStep),
    })),
  };
}

function showStep({ stage, tookMs, attempt, error }: TracedStep): ShownStep {
  if (attempt === undefined)
    return { stage, tookMs, outcome: 'not made', ...(error !== undefined && { reason: error }) };
  const { status, reason, sent } = attempt;
  return {
    stage,
    tookMs,
    outcome: attempt.outcome,
    ...(reason !== '' && { reason }),
    request: sent === undefined ? attempt.request : shownRequest(sent.show()),
    ...(status !== undefined && { response: { status, body: attempt.responseBody } }),
    sentAt: attempt.startedAt,
    exchangeMs: attempt.durationMs,
  };
}

function shownRequest({
  body,
  ...request
}: ReturnType<NonNullable<Attempt['sent']>['show']>): NonNullable<ShownStep['request']> {
  return { ...request, body: shownText(body) };
}

/** The text, or its beginning. */
export function shownText(text: string): ShownText {
  return text.length <= MAX_TEXT
    ? { text }
    : { text: text.slice(0, MAX_TEXT), length: text.length };
}
