import type { EgressOptions, Poster } from '../destinations/index.js';
import { Webhooks, type WebhooksOptions } from '../momento/index.js';

export interface OpenWebhooksOptions extends Omit<WebhooksOptions, 'post'> {
  /** Which addresses they may reach. */
  egress: EgressOptions;
}

/** The webhooks of the caches' topics. What posts is loaded with the first message: most servers never send one. */
export function openWebhooks({ egress, ...options }: OpenWebhooksOptions): {
  webhooks: Webhooks;
  close: () => Promise<void>;
} {
  const open = async (): Promise<Poster> => {
    const { createEgressPolicy, createPoster } = await import('../destinations/index.js');
    return createPoster(createEgressPolicy(egress));
  };
  let poster: Promise<Poster> | undefined;
  const webhooks = new Webhooks({
    ...options,
    post: async (...request) => (await (poster ??= open())).post(...request),
  });
  return {
    webhooks,
    close: async () => {
      webhooks.close();
      await (await poster)?.close();
    },
  };
}
