import { object, text } from '../shape.js';
import type { BringUpRequest, ResourceType, Standing } from './resource-type.js';

/** Freshet::Momento::Cache: a cache of this server. Ref: its name. */
export const cache: ResourceType = {
  name: 'Freshet::Momento::Cache',
  properties: object({ CacheName: text }),
  attributes: ['ApiKey', 'CacheName', 'Endpoint'],
  secretAttributes: ['ApiKey'],
  naming: { property: 'CacheName', maxLength: 255 },
  bringUp,
};

async function bringUp({ api, name }: BringUpRequest): Promise<Standing> {
  return {
    action: (await api.createCache(name)) ? 'created' : 'unchanged',
    attributes: { ApiKey: api.cacheApiKey, CacheName: name, Endpoint: api.cacheEndpoint },
  };
}
