import type { StoredEvent } from './event-files.js';
import { invalidParameter, streamNotFound } from './errors.js';
import { text, texts, type Input } from '../lib/aws-input.js';
import { boolean, integer } from './input.js';
import type { LogGroup } from './log-group.js';

/** Of one answer (documented). */
const MAX_EVENTS = 10_000;
const MAX_BYTES = 1024 * 1024;
/** Streams that FilterLogEvents takes by name (service model). */
const MAX_STREAMS = 100;
const EVENT_ID_DIGITS = 56;

/**
 * FilterLogEvents: the events of a group in the order in which they came, a page at a time. Of filter patterns
 * words are understood, and phrases in quotation marks: an event must hold all of them.
 */
export async function filterLogEvents(group: LogGroup, input: Input): Promise<object> {
  const names = texts(input, 'logStreamNames');
  if (names.length > MAX_STREAMS)
    throw invalidParameter(`logStreamNames may name at most ${String(MAX_STREAMS)} streams.`);
  const prefix = text(input, 'logStreamNamePrefix') ?? '';
  if (names.length > 0 && prefix !== '')
    throw invalidParameter('Give logStreamNames or logStreamNamePrefix, not both.');
  const isWanted = timeFilter(input);
  const terms = termsOf(text(input, 'filterPattern') ?? '');
  const limit = integer(input, 'limit', 1, MAX_EVENTS) ?? MAX_EVENTS;
  const after = tokenOf(text(input, 'nextToken'), '');
  const page = new Page(limit);
  for await (const event of group.read(after)) {
    if (names.length > 0 && !names.includes(event.logStreamName)) continue;
    if (!event.logStreamName.startsWith(prefix) || !isWanted(event)) continue;
    if (!terms.every((term) => event.message.includes(term))) continue;
    if (!page.add(event)) break;
  }
  const last = page.events.at(-1);
  return {
    events: page.events.map(({ id, logStreamName, timestamp, ingestionTime, message }) => ({
      logStreamName,
      timestamp,
      message,
      ingestionTime,
      eventId: String(id).padStart(EVENT_ID_DIGITS, '0'),
    })),
    searchedLogStreams: [],
    ...(page.isFull && last && { nextToken: String(last.id) }),
  };
}

/**
 * GetLogEvents: the events of one stream, from its end backwards unless `startFromHead`. There are always tokens
 * for both directions; at an end the token is the one that was given.
 */
export async function getLogEvents(group: LogGroup, input: Input): Promise<object> {
  const name = text(input, 'logStreamName');
  if (name === undefined || !group.hasStream(name)) throw streamNotFound();
  const isWanted = timeFilter(input);
  const limit = integer(input, 'limit', 1, MAX_EVENTS) ?? MAX_EVENTS;
  const token = text(input, 'nextToken');
  const after = token?.startsWith('f/') ? tokenOf(token, 'f/') : undefined;
  const before = token?.startsWith('b/') ? tokenOf(token, 'b/') : undefined;
  if (token !== undefined && after === undefined && before === undefined) throw wrongToken();
  const isForward =
    after !== undefined || (before === undefined && boolean(input, 'startFromHead'));
  const page = new Page(limit);
  for await (const event of group.read(after)) {
    if (event.logStreamName !== name || !isWanted(event)) continue;
    if (before !== undefined && event.id >= before) break;
    if (isForward ? !page.add(event) : !page.addLast(event)) break;
  }
  const first = page.events[0]?.id ?? before ?? after ?? 0;
  const last = page.events.at(-1)?.id ?? after ?? before ?? 0;
  return {
    events: page.events.map(({ timestamp, message, ingestionTime }) => ({
      timestamp,
      message,
      ingestionTime,
    })),
    nextForwardToken: `f/${String(last)}`,
    nextBackwardToken: `b/${String(first)}`,
  };
}

/** Events up to the bounds of one answer. */
class Page {
  readonly events: StoredEvent[] = [];
  readonly #limit: number;
  #bytes = 0;
  isFull = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** False when there is no room for it. */
  add(event: StoredEvent): boolean {
    const bytes = Buffer.byteLength(event.message);
    const hasRoom = this.events.length < this.#limit && this.#bytes + bytes <= MAX_BYTES;
    if (!hasRoom && this.events.length > 0) {
      this.isFull = true;
      return false;
    }
    this.events.push(event);
    this.#bytes += bytes;
    return true;
  }

  /** Makes room for it at the cost of the first. */
  addLast(event: StoredEvent): true {
    this.events.push(event);
    this.#bytes += Buffer.byteLength(event.message);
    while (this.events.length > this.#limit || (this.#bytes > MAX_BYTES && this.events.length > 1))
      this.#bytes -= Buffer.byteLength(this.events.shift()!.message);
    return true;
  }
}

/** `startTime` is the first that counts, `endTime` the first that does not (documented). */
function timeFilter(input: Input): (event: StoredEvent) => boolean {
  const start = integer(input, 'startTime', 0) ?? 0;
  const end = integer(input, 'endTime', 0) ?? Infinity;
  return ({ timestamp }) => timestamp >= start && timestamp < end;
}

function termsOf(pattern: string): string[] {
  const trimmed = pattern.trim();
  if (/^[{[%]|(?:^|\s)[-?]/.test(trimmed))
    throw invalidParameter(
      `The filter pattern ${trimmed} is not supported: give words, or phrases in quotation marks, that an event must hold.`,
    );
  return [...trimmed.matchAll(/"([^"]*)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word!);
}

const wrongToken = (): Error => invalidParameter('The specified nextToken is invalid.');

function tokenOf(token: string | undefined, prefix: string): number | undefined {
  if (token === undefined) return undefined;
  const id = Number(token.slice(prefix.length));
  if (!Number.isSafeInteger(id) || id < 0) throw wrongToken();
  return id;
}
