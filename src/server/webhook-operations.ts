import { AwsError } from '../lib/aws-error.js';
import type { Webhooks } from '../momento/index.js';

/** Webhooks of the caches' topics, as Freshet's own API shows them. */
export interface WebhookOperations {
  listWebhooks(cache: string): Promise<object>;
  putWebhook(cache: string, name: string, webhook: object): Promise<object>;
  deleteWebhook(cache: string, name: string): Promise<void>;
  showWebhookSecret(cache: string, name: string): Promise<object>;
  rotateWebhookSecret(cache: string, name: string): Promise<object>;
}

export function webhookOperations(webhooks: Webhooks): WebhookOperations {
  return {
    async listWebhooks(cache) {
      return {
        webhooks: webhooks
          .list(cache)
          .map(({ webhookName: name, topicName: topic, url }) => ({ name, topic, url })),
      };
    },
    async putWebhook(cacheName, webhookName, webhook) {
      const { topic, url } = webhook as Record<string, unknown>;
      if (typeof topic !== 'string' || typeof url !== 'string')
        throw new AwsError(
          'BadRequest',
          'Send a JSON object with the members "topic" and "url", both strings.',
        );
      webhooks.put({ cacheName, webhookName, topicName: topic, url });
      return { name: webhookName, topic, url };
    },
    async deleteWebhook(cache, name) {
      webhooks.delete(cache, name);
    },
    async showWebhookSecret(cache, name) {
      return { secret: webhooks.find(cache, name).secret };
    },
    async rotateWebhookSecret(cache, name) {
      return { secret: webhooks.rotateSecret(cache, name) };
    },
  };
}
