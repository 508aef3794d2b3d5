import type { DeliveryRequest, ShownRequest } from '../../destinations/index.js';
import type { Item } from '../../lib/attribute-value.js';
import type { PipeResource } from '../../state/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import { itemRecord } from '../backfill/item-record.js';
import { PipeDefinition } from '../definition.js';
import { itemKey } from '../pipe-record.js';
import type { CurrentItem } from '../replay.js';
import type { Rooms } from '../rooms.js';
import { ApiDestinationTarget } from '../stages/api-destination-target.js';
import { RequestError } from '../stages/stage.js';
import type { PipeTrace } from '../trace/pipe-trace.js';
import type { ShownStep } from '../trace/shown-entry.js';

/** Something that cannot be found out, and why. */
export interface Unknown {
  unknown: string;
}

/** One item from end to end. */
export interface ItemState {
  keys: Item;
  /** What the table holds now; null when it is not there. */
  table: { item: Item | null } | Unknown;
  /** The newest request about it that was delivered. */
  lastSent: LastSent | Unknown;
  /** What the target answers to a GET at the same URL. */
  target: HeldByTarget | Unknown;
}

export interface LastSent {
  /** Epoch milliseconds: of the write, and of the end of the delivery. */
  writtenAt: number;
  at: number;
  eventID: string;
  eventName: string;
  request?: ShownStep['request'];
  response?: ShownStep['response'];
}

export interface HeldByTarget {
  request: Pick<ShownRequest, 'method' | 'url'>;
  /** HTTP status. */
  status: number;
  /** Its first 1,024 characters, secrets masked. */
  body: string;
}

export interface ItemStateOptions {
  rooms: Rooms;
  currentItem: CurrentItem;
  trace: PipeTrace | undefined;
  signal: AbortSignal;
}

/**
 * Finds out what the table holds of an item, what was last sent for it, and what the target has. Throws DefinitionError
 * when the pipe cannot run, ValidationException when the keys are not the table's.
 */
export async function itemState(
  pipe: PipeResource,
  keys: Item,
  { rooms, currentItem, trace, signal }: ItemStateOptions,
): Promise<ItemState> {
  const current = await currentItem(pipe.source, keys);
  const key = itemKey(keys);
  const last = trace?.lastSent((record) => itemKey(record.dynamodb.Keys) === key);
  const step = last?.attempts.at(-1)?.steps.at(-1);
  return {
    keys,
    table: current
      ? { item: current.item ?? null }
      : { unknown: 'The table is not of this server, or the stream is not its present one.' },
    lastSent:
      last === undefined
        ? { unknown: 'Nothing was sent for it among the last records that the pipe remembers.' }
        : {
            writtenAt: last.writtenAt,
            at: last.endedAt!,
            eventID: last.eventID,
            eventName: last.eventName,
            ...(step?.request && { request: step.request }),
            ...(step?.response && { response: step.response }),
          },
    target: await heldByTarget(pipe, keys, current?.item, rooms, signal),
  };
}

async function heldByTarget(
  pipe: PipeResource,
  keys: Item,
  item: Item | undefined,
  rooms: Rooms,
  signal: AbortSignal,
): Promise<HeldByTarget | Unknown> {
  const definition = new PipeDefinition(pipe, rooms);
  const { target } = definition;
  if (!(target instanceof ApiDestinationTarget))
    return { unknown: 'The target is no API destination: nothing can be read from it.' };
  if (definition.enrichment !== undefined)
    return { unknown: "The URL comes of the enrichment's answer: read the target yourself." };
  const now = rooms.clock.now();
  const record = changeOf(pipe, keys, item, now);
  let request: DeliveryRequest;
  try {
    request = target.make({ event: record, record, variables: definition.variablesAt(now) });
  } catch (error) {
    if (error instanceof RequestError) return { unknown: error.message };
    throw error;
  }
  const asked = { ...request, method: 'GET' as const };
  const { status, reason, responseBody, ...attempt } = await rooms.destinations.deliver(
    pipe.target,
    asked,
    signal,
  );
  if (status === undefined) return { unknown: reason };
  return { request: attempt.request, status, body: responseBody };
}

/** As if the item were written, or removed, now. */
function changeOf(
  pipe: PipeResource,
  keys: Item,
  item: Item | undefined,
  now: number,
): ChangeRecord {
  const options = { streamArn: pipe.source, viewType: 'NEW_AND_OLD_IMAGES' as const, runId: '' };
  const record = itemRecord({ keys, item: item ?? keys }, now, options);
  if (item !== undefined) return record;
  const { NewImage: _none, ...dynamodb } = record.dynamodb;
  return { ...record, eventName: 'REMOVE', dynamodb };
}
