import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../lib/aws-error.js';
import type { Supervisor } from '../pipes/index.js';
import type { DeadLetter, PipeResource, State } from '../state/index.js';
import type { ChangeRecord } from '../streams/index.js';

/** Dead letters of one page, when the caller does not say. */
export const DEFAULT_PAGE = 100;

/** What pipes gave up, as Freshet's own API shows it. */
export interface DeadLetterOperations {
  listDeadLetters(pipe: string, page: { after?: string; limit?: number }): Promise<object>;
  replayDeadLetters(
    pipe: string,
    ids: string[],
    force: boolean,
    record: object | undefined,
  ): Promise<object>;
  discardDeadLetters(pipe: string, ids: string[]): Promise<object>;
}

/** `pipeNamed` rejects when there is no such pipe; `notRunning` says so of one, and what to do then. */
export function deadLetterOperations({
  state,
  supervisor,
  pipeNamed,
  notRunning,
}: {
  state: State;
  supervisor: Supervisor;
  pipeNamed: (name: string) => Promise<PipeResource>;
  notRunning: (name: string, currentState: string, next: string) => AwsError;
}): DeadLetterOperations {
  const replay = async (
    pipe: string,
    id: string,
    force: boolean,
    edited: object | undefined,
  ): Promise<object> => {
    const letter = await state.deadLetters.get(pipe, id);
    if (letter === undefined) return { id, result: 'missing' };
    const record = edited && recordInPlaceOf(letter, edited);
    const outcome = (await supervisor.replay(letter, force, record)) ?? { result: 'not running' };
    if (outcome.result === 'delivered') await state.deadLetters.delete(pipe, id);
    if (outcome.result === 'failed')
      await state.deadLetters.add({
        ...letter,
        reason: outcome.reason,
        attempts: letter.attempts + 1,
      });
    return { id, ...outcome };
  };
  return {
    async listDeadLetters(name, page) {
      await pipeNamed(name);
      const deadLetters = await state.deadLetters.list(name, { limit: DEFAULT_PAGE, ...page });
      return { deadLetters };
    },
    async replayDeadLetters(name, ids, force, record) {
      const { currentState } = await pipeNamed(name);
      if (supervisor.status(name) === undefined)
        throw notRunning(name, currentState, 'send its dead letters again');
      // Of one item they go in the order of the list.
      return { results: await Promise.all(ids.map((id) => replay(name, id, force, record))) };
    },
    async discardDeadLetters(name, ids) {
      await pipeNamed(name);
      const found = await Promise.all(ids.map((id) => state.deadLetters.get(name, id)));
      const letters = found.filter((letter) => letter !== undefined);
      for (const { id } of letters) await state.deadLetters.delete(name, id);
      return { discarded: letters.length };
    },
  };
}

/** A letter's record with what was edited: it stays the same change of the same item. */
function recordInPlaceOf(letter: DeadLetter, edited: object): ChangeRecord {
  const original = letter.record as ChangeRecord;
  const { dynamodb, eventName } = edited as Partial<ChangeRecord>;
  if (
    !isDeepStrictEqual(dynamodb?.Keys, original.dynamodb.Keys) ||
    eventName !== original.eventName
  )
    throw new AwsError(
      'BadRequest',
      'The record must be a stream record of the same event and with the same "dynamodb.Keys" as the dead letter\'s own: edit its images.',
    );
  const { ApproximateCreationDateTime, SequenceNumber } = original.dynamodb;
  return {
    ...original,
    dynamodb: {
      ...original.dynamodb,
      ...dynamodb,
      ApproximateCreationDateTime,
      SequenceNumber,
    },
  };
}
