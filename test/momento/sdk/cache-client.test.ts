import { after, before, describe, it } from 'node:test';
import type { CacheClient } from '@gomomento/sdk';
import { startMomento, type RunningMomento } from '../../../src/server/momento.js';
import { FakeClock } from '../fake-clock.js';
import { localCacheClient } from './clients.js';
import { play, scenarios } from './scenario.js';

describe("the official SDK's cache client", () => {
  const clock = new FakeClock();
  let momento: RunningMomento;
  let client: CacheClient;
  let caches = 0;
  before(async () => {
    momento = await startMomento({ clock });
    client = await localCacheClient(momento);
  });
  after(async () => {
    client.close();
    await momento.close();
  });

  for (const kind of ['scalars', 'items', 'dictionaries', 'sets', 'lists', 'sorted-sets'])
    describe(kind, () => {
      for (const { title, cache, steps } of scenarios(kind))
        it(title, async () => {
          const name = cache ?? `cache-${(caches += 1)}`;
          if (cache === undefined) await momento.caches.createCache(name);
          await play(client, name, steps, (ms) => void (clock.time += ms));
        });
    });
});
