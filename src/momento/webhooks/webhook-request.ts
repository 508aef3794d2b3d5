import { createHmac } from 'node:crypto';
import type { PublishedMessage } from '../topics.js';

/** What is posted to a webhook. */
export interface WebhookRequest {
  headers: Record<string, string>;
  body: string;
}

/** Documented; changes with major versions of the service only. */
const USER_AGENT = 'Momento/1.0 (Webhooks; +https://docs.momentohq.com/topics/webhooks)';

/**
 * The request for a message, sent at `now` (epoch milliseconds) and signed with the webhook's secret: the
 * hexadecimal HMAC SHA3-256 of the body (documented). Bytes travel as base64 in `binary`, in the place of
 * `text` (inferred). Pure.
 */
export function webhookRequest(
  message: PublishedMessage,
  secret: string,
  now: number,
): WebhookRequest {
  const { value } = message;
  const body = JSON.stringify({
    cache: message.cacheName,
    topic: message.topicName,
    event_timestamp: message.publishedAt,
    publish_timestamp: now,
    topic_sequence_number: message.sequenceNumber,
    token_id: message.publisherId ?? '',
    ...('text' in value ? value : { binary: value.binary.toString('base64') }),
  });
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': USER_AGENT,
      'momento-signature': createHmac('sha3-256', secret).update(body).digest('hex'),
    },
    body,
  };
}
