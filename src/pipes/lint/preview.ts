import type { Attempt, Destinations, ShownRequest } from '../../destinations/index.js';
import type { PipeResource } from '../../state/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import { PipeDefinition } from '../definition.js';
import type { Rooms } from '../rooms.js';
import { RequestError, sentTo, tellWhenMade, type StageInput } from '../stages/stage.js';

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
  /** Absent when what the enrichment would answer is not given: nobody knows what the target gets. */
  target?: PreviewedStage;
}

/** What an enrichment is taken to have answered. */
export interface Answered {
  event: unknown;
}

/**
 * Takes a record through a pipe's definition without sending anything. What a filter would hold back is shown as well.
 * Throws DefinitionError when the pipe cannot run as it is defined.
 */
export async function previewRecord(
  pipe: PipeResource,
  record: ChangeRecord,
  rooms: Rooms,
  answered?: Answered,
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
  if (answered === undefined) return preview;
  const second = { ...first, event: answered.event };
  return { ...preview, target: await stage(second, (input) => sentTo(target, input, signal)) };
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

/** Rooms that take everything and send nothing. */
export function unsentRooms(rooms: Rooms): Rooms {
  return {
    ...rooms,
    destinations: new UnsentDestinations(rooms.destinations),
    queues: {
      exists: (arn) => rooms.queues.exists(arn),
      send: () => Promise.resolve({ messageId: '' }),
    },
    logs: {
      nameOf: (arn) => rooms.logs.nameOf(arn),
      arnOf: (name) => rooms.logs.arnOf(name),
      put: () => Promise.resolve(),
    },
  };
}

/** Makes each request readable in place of sending it. */
class UnsentDestinations implements Destinations {
  readonly #destinations: Destinations;

  constructor(destinations: Destinations) {
    this.#destinations = destinations;
  }

  send(...[arn, request, signal, receiver]: Parameters<Destinations['send']>): void {
    tellWhenMade(this.deliver(arn, request, signal), receiver);
  }

  async deliver(...[arn, request]: Parameters<Destinations['deliver']>): Promise<Attempt> {
    const made = typeof request === 'function' ? request() : request;
    const shown = await this.#destinations.preview(arn, made);
    const isFine = typeof shown !== 'string';
    return {
      outcome: isFine ? 'delivered' : 'rejected',
      status: undefined,
      reason: isFine ? '' : shown,
      retryAfterMs: undefined,
      startedAt: 0,
      durationMs: 0,
      request: { method: '', url: '' },
      sent: isFine ? { size: 0, show: () => shown } : undefined,
      responseBody: '',
    };
  }

  preview(...asked: Parameters<Destinations['preview']>): ReturnType<Destinations['preview']> {
    return this.#destinations.preview(...asked);
  }

  rateLimit(arn: string): Promise<number | undefined> {
    return this.#destinations.rateLimit(arn);
  }

  loweredRate(arn: string): number | undefined {
    return this.#destinations.loweredRate(arn);
  }

  async close(): Promise<void> {
    // It is another's to close.
  }
}
