import type { Attempt, ShownRequest } from '../../destinations/index.js';
import type { PipeResource } from '../../state/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import { PipeDefinition } from '../definition.js';
import type { Rooms } from '../rooms.js';
import { readAnswer, TooManyEvents } from '../stages/answer.js';
import { maskedRequest, type Mask } from '../stages/masked-attempt.js';
import { RequestError, sentTo, type StageInput } from '../stages/stage.js';
import { unsentRooms } from './unsent-rooms.js';
import type { KnownAnswer } from '../trace/pipe-trace.js';

/** What a stage would send. */
export interface PreviewedStage {
  /** What its input template makes of the event; absent when that fails. */
  rendered?: string;
  /** As it would go out, secrets masked; absent when there is none that makes sense. */
  request?: ShownRequest;
  /** Why not, for people. */
  problem?: string;
}

/** What a pipe would do with a record. Nothing was sent for it. */
export interface Preview {
  eventID: string;
  eventName: string;
  filter: 'passed' | 'filtered';
  /** Absent when the pipe has none. */
  enrichment?: PreviewedStage;
  /** By what answer of the enrichment the target is shown; absent when the pipe has none, or none is known. */
  answer?: {
    /** Given with the request; of this very record; or what was answered last, for another record. */
    from: 'request' | 'record' | 'other record';
    /** Of the record that it was answered for. */
    eventID?: string;
  };
  /** Absent when what the enrichment would answer is not known: nobody knows what the target gets. */
  target?: PreviewedStage;
}

/** What an enrichment is taken to have answered. `record`: for which one; undefined when somebody made it up. */
export type TakenAnswer = Pick<KnownAnswer, 'text' | 'mask'> & {
  record: ChangeRecord | undefined;
};

/**
 * Takes a record through a pipe's definition without sending anything. What a filter would hold back is shown as well.
 * Throws DefinitionError when the pipe cannot run as it is defined.
 */
export async function previewRecord(
  pipe: PipeResource,
  record: ChangeRecord,
  rooms: Rooms,
  answer?: TakenAnswer,
): Promise<Preview> {
  const definition = new PipeDefinition(pipe, unsentRooms(rooms));
  const variables = definition.variablesAt(rooms.clock.now());
  const { enrichment, target } = definition;
  const preview: Preview = {
    eventID: record.eventID,
    eventName: record.eventName,
    filter: definition.matches(record) ? 'passed' : 'filtered',
  };
  const signal = new AbortController().signal;
  const first = { event: record, variables, record };
  if (enrichment === undefined)
    return { ...preview, target: await stage(first, (input) => sentTo(target, input, signal)) };
  preview.enrichment = await stage(first, async (input) => {
    const { attempt } = await enrichment.send(input, signal);
    return attempt;
  });
  if (answer === undefined) return preview;
  const event = readAnswer(answer.text);
  preview.answer = originOf(answer, record);
  if (event === undefined)
    preview.target = { problem: 'The answer is empty: the target is not called.' };
  else if (event instanceof TooManyEvents) preview.target = { problem: event.reason };
  else {
    const second = { ...first, event };
    const shown = await stage(second, (input) => sentTo(target, input, signal));
    preview.target = answer.mask ? masked(shown, answer.mask) : shown;
  }
  return preview;
}

function originOf(
  { record: of }: TakenAnswer,
  { eventID }: ChangeRecord,
): NonNullable<Preview['answer']> {
  if (of === undefined) return { from: 'request' };
  return { from: of.eventID === eventID ? 'record' : 'other record', eventID: of.eventID };
}

/** Without secrets that came with the enrichment's answer. */
function masked({ rendered, request, problem }: PreviewedStage, mask: Mask): PreviewedStage {
  return {
    ...(rendered !== undefined && { rendered: mask(rendered) }),
    ...(request !== undefined && { request: maskedRequest(request, mask) }),
    ...(problem !== undefined && { problem: mask(problem) }),
  };
}

async function stage(
  input: StageInput,
  send: (input: StageInput) => Promise<Attempt>,
): Promise<PreviewedStage> {
  let rendered: string | undefined;
  const onRequest = (payload: string): void => {
    rendered = payload;
  };
  const shown: PreviewedStage = {};
  try {
    // Targets throw before they have a promise to reject.
    const attempt = await (async () => send({ ...input, onRequest }))();
    if (attempt.sent !== undefined) shown.request = attempt.sent.show();
    if (attempt.outcome !== 'delivered') shown.problem = attempt.reason;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    shown.problem = error.message;
  }
  return { ...(rendered !== undefined && { rendered }), ...shown };
}
