import { freshet } from './freshet';

export interface Webhook {
  name: string;
  topic: string;
  url: string;
}

const path = (cache: string, name?: string, rest = ''): string =>
  `caches/${encodeURIComponent(cache)}/webhooks${name === undefined ? '' : `/${encodeURIComponent(name)}`}${rest}`;

export async function listWebhooks(cache: string): Promise<Webhook[]> {
  return (await freshet<{ webhooks: Webhook[] }>('GET', path(cache))).webhooks;
}
/** Makes a webhook, or changes the one of this name. */
export const putWebhook = (cache: string, { name, topic, url }: Webhook): Promise<unknown> =>
  freshet('PUT', path(cache, name), { topic, url });
export const deleteWebhook = (cache: string, name: string): Promise<unknown> =>
  freshet('DELETE', path(cache, name));
export async function webhookSecret(cache: string, name: string): Promise<string> {
  return (await freshet<{ secret: string }>('GET', path(cache, name, '/secret'))).secret;
}
/** Signs with another secret from now on, which this resolves to. */
export async function rotateWebhookSecret(cache: string, name: string): Promise<string> {
  return (await freshet<{ secret: string }>('POST', path(cache, name, '/secret/rotate'))).secret;
}
