import type { PipeResource } from '../../state/index.js';
import { retryLimits } from '../retry.js';

/** What is no fault of a definition, but worth knowing. `answers`: of its enrichment, undefined when it has none. */
export function notesOn(pipe: PipeResource, answers: number | undefined): string[] {
  const notes: string[] = [];
  if (answers === 0)
    notes.push(
      "The target's template is not judged: it gets what the enrichment answers, and no answer is known yet. It is judged once a record has come by.",
    );
  const { retryAttempts, recordAgeMs } = retryLimits(pipe.sourceParameters);
  if (retryAttempts === Infinity && recordAgeMs === Infinity)
    notes.push(
      'A record that fails with 5xx, 429 or no answer is tried again for ever, and the later changes of its item wait behind it: MaximumRetryAttempts or MaximumRecordAgeInSeconds, with a DeadLetterConfig, ends that.',
    );
  return notes;
}
