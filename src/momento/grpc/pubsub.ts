import type { Metadata, ServerWritableStream } from '@grpc/grpc-js';
import { demand } from '../auth/scope.js';
import { invalidArgument, MomentoError } from '../momento-error.js';
import type { TopicRead, TopicValue } from '../topic.js';
import { write } from './batches.js';
import { principalOf, type Rooms } from './call.js';
import { pubsub, type Of } from './messages.js';

type Publication = Of<typeof pubsub._PublishRequest>;
type Subscription = Of<typeof pubsub._SubscriptionRequest>;
type Item = Of<typeof pubsub._SubscriptionItem>;

/** Publishes a message. Rejects as `Topics.publish` does, UNAUTHENTICATED and PERMISSION_DENIED. */
export async function publish(
  rooms: Rooms,
  metadata: Metadata,
  request: Publication,
): Promise<void> {
  const { cache_name, topic, value } = request;
  const { scope, tokenId } = principalOf(rooms.keys, metadata);
  demand(scope, { on: 'topics', action: 'write', cache: cache_name, topic });
  if (!request.has_value || value.kind === 'none')
    throw invalidArgument('The message has no value; send a text or bytes.');
  const content: TopicValue =
    value.kind === 'text' ? { text: value.text } : { binary: Buffer.from(value.binary) };
  rooms.limits.admitPublish(
    'text' in content ? Buffer.byteLength(content.text) : content.binary.length,
  );
  await rooms.topics.publish(cache_name, topic, content, tokenId);
}

/**
 * Sends a topic's messages until the client goes. A client takes itself for subscribed once something comes,
 * so the first heartbeat is sent at once (recorded), then one each `heartbeatMs`. Rejects with NOT_FOUND when the cache is deleted.
 */
export async function subscribe(
  rooms: Rooms,
  call: ServerWritableStream<Subscription, Item>,
  heartbeatMs: number,
): Promise<void> {
  const { cache_name, topic, resume_at_topic_sequence_number, sequence_page } = call.request;
  const { scope } = principalOf(rooms.keys, call.metadata);
  demand(scope, { on: 'topics', action: 'read', cache: cache_name, topic });
  const end = new AbortController();
  const stop = (): void => end.abort();
  call.on('cancelled', stop);
  rooms.closing.addEventListener('abort', stop);
  // It listens before the client can know that it is subscribed.
  const subscription = await rooms.topics.subscribe(
    cache_name,
    topic,
    resume_at_topic_sequence_number,
    sequence_page,
  );
  const heartbeat = (): void => {
    call.write(new pubsub._SubscriptionItem({ heartbeat: new pubsub._Heartbeat() }));
  };
  heartbeat();
  const timer = setInterval(heartbeat, heartbeatMs);
  try {
    for (;;) {
      const read = await subscription.read(end.signal);
      if (call.cancelled) return;
      if (read === undefined) throw closing();
      for (const message of messagesOf(read)) await write(call, message);
    }
  } finally {
    clearInterval(timer);
    rooms.closing.removeEventListener('abort', stop);
  }
}

function closing(): MomentoError {
  return new MomentoError('UNAVAILABLE', 'The server is stopping. Subscribe again in a moment.');
}

function* messagesOf({ page, discontinuity, messages }: TopicRead): Generator<Item> {
  if (discontinuity !== undefined)
    yield new pubsub._SubscriptionItem({
      discontinuity: new pubsub._Discontinuity({
        last_topic_sequence: discontinuity.lastTopicSequence,
        new_topic_sequence: discontinuity.newTopicSequence,
        new_sequence_page: discontinuity.newSequencePage,
      }),
    });
  for (const { sequenceNumber, value, publisherId } of messages)
    yield new pubsub._SubscriptionItem({
      item: new pubsub._TopicItem({
        topic_sequence_number: sequenceNumber,
        sequence_page: page,
        value: new pubsub._TopicValue(value),
        ...(publisherId !== undefined && { publisher_id: publisherId }),
      }),
    });
}
