import type { CacheResource, Collection } from '../../src/state/index.js';

/** The smallest thing that keeps definitions as `State.caches` does. */
export function memoryCollection(...names: string[]): Collection<CacheResource> {
  const resources = new Map<string, CacheResource>();
  for (const name of names) resources.set(name, { name, creationTime: 0 });
  return {
    get: async (name) => resources.get(name),
    create: async (resource) => {
      if (resources.has(resource.name)) return false;
      resources.set(resource.name, resource);
      return true;
    },
    update: async (name, change) => {
      const changed = change(resources.get(name)!);
      if (changed) resources.set(name, changed);
      return resources.get(name);
    },
    delete: async (name) => resources.delete(name),
    list: async ({ prefix = '', after = '', limit = Infinity } = {}) =>
      [...resources.values()]
        .filter(({ name }) => name.startsWith(prefix) && name > after)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .slice(0, limit),
    onChange: () => () => undefined,
  };
}
