import type { Principal } from '../auth/api-keys.js';
import { demand } from '../auth/scope.js';
import type { HttpExchange } from './http-exchange.js';
import { MAX_MESSAGE_BYTES } from '../limits.js';
import { invalidArgument } from '../momento-error.js';
import type { HttpRooms } from './momento-http.js';
import { decodeText, type RequestTarget } from './request-target.js';
import type { TopicRead, TopicValue } from '../topic.js';
import { messageTooLarge } from '../topics.js';

/** How long a poll is held when nothing comes; then it is answered without items. Not documented: ours. */
const POLL_MS = 25_000;

export const TOPIC_METHODS = 'GET, POST, OPTIONS';

/** `POST /topics/{cacheName}/{topicName}`: publishes the body; 204. */
export async function publishToTopic(
  { topics, limits }: HttpRooms,
  target: RequestTarget,
  exchange: HttpExchange,
  { scope, tokenId }: Principal,
): Promise<void> {
  const topicName = topicNameOf(target);
  demand(scope, { on: 'topics', action: 'write', cache: target.cacheName, topic: topicName });
  const body = await exchange.readBody(MAX_MESSAGE_BYTES);
  if (body === 'gone') return;
  if (body === 'too large') throw messageTooLarge();
  limits.admitPublish(body.length);
  const type = exchange.request.headers['content-type'] ?? '';
  await topics.publish(target.cacheName, topicName, valueOf(body, type), tokenId);
  exchange.sendDone();
}

/**
 * `GET /topics/{cacheName}/{topicName}`: waits for messages from `sequence_number` of `sequence_page` on and
 * answers them as `{"items": […]}`.
 */
export async function pollTopic(
  { topics }: HttpRooms,
  target: RequestTarget,
  exchange: HttpExchange,
  { scope }: Principal,
): Promise<void> {
  const topicName = topicNameOf(target);
  demand(scope, { on: 'topics', action: 'read', cache: target.cacheName, topic: topicName });
  const next = numberOf(target, 'sequence_number');
  const page = numberOf(target, 'sequence_page');
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), POLL_MS);
  exchange.onClose(() => end.abort());
  try {
    await exchange.discardBody();
    const subscription = await topics.subscribe(target.cacheName, topicName, next, page);
    const read = await subscription.read(end.signal);
    exchange.sendJson(200, { items: read === undefined ? [] : itemsOf(read) });
  } finally {
    clearTimeout(timer);
  }
}

/** Bytes stay bytes only when they are said to be; all else is text, whatever its type (in Momento's demos). */
function valueOf(body: Buffer, contentType: string): TopicValue {
  return /^application\/octet-stream\b/i.test(contentType)
    ? { binary: body }
    : { text: body.toString() };
}

function itemsOf({ page, discontinuity, messages }: TopicRead): object[] {
  const items: object[] = messages.map(({ sequenceNumber, value, publisherId }) => ({
    item: {
      topic_sequence_number: sequenceNumber,
      sequence_page: page,
      value: 'text' in value ? value : { binary: value.binary.toString('base64') },
      ...(publisherId !== undefined && { publisher_id: publisherId }),
    },
  }));
  if (discontinuity !== undefined)
    items.unshift({
      discontinuity: {
        last_topic_sequence: discontinuity.lastTopicSequence,
        new_topic_sequence: discontinuity.newTopicSequence,
        new_sequence_page: discontinuity.newSequencePage,
      },
    });
  return items;
}

function topicNameOf({ rest }: RequestTarget): string {
  return decodeText(rest, 'topic name');
}

function numberOf({ query }: RequestTarget, name: string): number {
  const text = query.get(name) ?? '';
  if (text === '') return 0;
  const number = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(number)) return number;
  throw invalidArgument(`${name} is '${text.slice(0, 40)}'; it must be a whole number, 0 or more.`);
}
