import type { Metadata } from '@grpc/grpc-js';
import { demand } from '../auth/scope.js';
import { invalidArgument } from '../momento-error.js';
import { principalOf, type Rooms } from './call.js';
import { webhook as messages, type Of } from './messages.js';
import type { Unary } from './service.js';

/** Momento's Webhook service. It takes a key that may manage caches (inferred). */
export function webhookOperations({ keys, limits, webhooks }: Rooms): Record<string, Unary> {
  const controlled =
    <Request>(run: (request: Request) => unknown): Unary =>
    async (request, metadata: Metadata) => {
      demand(principalOf(keys, metadata).scope, { on: 'control' });
      limits.admitControl();
      return run(request as Request);
    };
  return {
    PutWebhook: controlled(({ webhook }: Of<typeof messages._PutWebhookRequest>) => {
      if (!webhook.has_webhook_id || !webhook.has_destination)
        throw invalidArgument('The webhook has no id or no destination; send both.');
      const secret_string = webhooks.put({
        cacheName: webhook.webhook_id.cache_name,
        webhookName: webhook.webhook_id.webhook_name,
        topicName: webhook.topic_name,
        url: webhook.destination.post_url,
      });
      return new messages._PutWebhookResponse({ secret_string });
    }),
    DeleteWebhook: controlled(({ webhook_id: id }: Of<typeof messages._DeleteWebhookRequest>) => {
      webhooks.delete(id.cache_name, id.webhook_name);
      return new messages._DeleteWebhookResponse();
    }),
    ListWebhooks: controlled(
      ({ cache_name }: Of<typeof messages._ListWebhookRequest>) =>
        new messages._ListWebhooksResponse({
          webhook: webhooks.list(cache_name).map(
            ({ webhookName: webhook_name, topicName: topic_name, url: post_url }) =>
              new messages._Webhook({
                webhook_id: new messages._WebhookId({ cache_name, webhook_name }),
                topic_name,
                destination: new messages._WebhookDestination({ post_url }),
              }),
          ),
        }),
    ),
    GetWebhookSecret: controlled(
      ({ cache_name, webhook_name }: Of<typeof messages._GetWebhookSecretRequest>) =>
        new messages._GetWebhookSecretResponse({
          cache_name,
          webhook_name,
          secret_string: webhooks.find(cache_name, webhook_name).secret,
        }),
    ),
    RotateWebhookSecret: controlled(
      ({ webhook_id: id }: Of<typeof messages._RotateWebhookSecretRequest>) =>
        new messages._RotateWebhookSecretResponse({
          secret_string: webhooks.rotateSecret(id.cache_name, id.webhook_name),
        }),
    ),
  };
}
