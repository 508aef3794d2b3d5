import type { StageEvent } from '../path-watch.js';
import { readAnswer, TooManyEvents } from '../stages/answer.js';
import type { KnownAnswer } from '../trace/pipe-trace.js';

/** Answers that are looked at. */
const MAX_ANSWERS = 100;

/** What the target gets of an enrichment's answers, oldest first. Those of which it gets nothing are left out. */
export function enrichedEvents(answers: readonly KnownAnswer[]): StageEvent[] {
  return answers
    .slice(-MAX_ANSWERS)
    .map(({ record, text }) => ({ event: readAnswer(text), record }))
    .filter(({ event }) => event !== undefined && !(event instanceof TooManyEvents));
}
