import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/lib/clock.js';
import { silentLog } from '../../src/lib/log.js';
import { openCacheStore, type Caches } from '../../src/momento/index.js';
import { targetLists } from '../../src/server/target-lists.js';
import type { ApiDestinationResource, PipeResource } from '../../src/state/index.js';
import { pipeResource } from '../pipes/harness.js';

const OWN = '127.0.0.1:4566';

interface Wired {
  endpoint: string;
  path?: string[];
}

describe('what a pipe writes to, as far as it can be listed', () => {
  let store: Caches;
  before(async () => {
    store = await openCacheStore({ clock: systemClock, log: silentLog });
    for (const name of ['user', 'other']) await store.createCache(name);
    for (const key of ['001', 'stray'])
      await store.cache('user').scalars.set(Buffer.from(key), Buffer.from('v'), 60_000);
  });
  after(() => store.close());

  const arnOf = (name: string): string =>
    `arn:aws:events:us-east-1:000000000000:api-destination/${name}/11111111-1111-1111-1111-111111111111`;

  /** The keys that the first of some pipes is alone responsible for. */
  async function keysOf(...wired: Wired[]): Promise<string[] | undefined> {
    const pipes = wired.map(({ path }, index): PipeResource =>
      pipeResource({
        name: `pipe${String(index)}`,
        target: arnOf(`destination${String(index)}`),
        targetParameters: { HttpParameters: { ...(path && { PathParameterValues: path }) } },
      }),
    );
    const lists = targetLists(
      {
        pipes: { list: () => Promise.resolve(pipes) },
        apiDestinations: {
          get: (name: string) => {
            const { endpoint: invocationEndpoint } = wired[Number(name.at(-1))]!;
            return Promise.resolve({
              name,
              arn: arnOf(name),
              invocationEndpoint,
            } as ApiDestinationResource);
          },
        },
      } as unknown as Parameters<typeof targetLists>[0],
      store,
      () => OWN,
    );
    const keys = await lists(pipes[0]!);
    if (keys === undefined) return undefined;
    const found: string[] = [];
    for await (const key of keys.list()) found.push(key);
    return found.sort();
  }

  const cases: [string, Wired[], string[] | undefined][] = [
    [
      'a cache that the destination names',
      [{ endpoint: `http://${OWN}/cache/user` }],
      ['001', 'stray'],
    ],
    [
      "a cache that the pipe's path parameter names, as in the walk-through",
      [{ endpoint: `http://${OWN}/cache/*`, path: ['user'] }],
      ['001', 'stray'],
    ],
    [
      'not a cache that each record names',
      [{ endpoint: `http://${OWN}/cache/*`, path: ['$.dynamodb.Keys.tenant.S'] }],
      undefined,
    ],
    [
      'not a cache that is not there',
      [{ endpoint: `http://${OWN}/cache/*`, path: ['absent'] }],
      undefined,
    ],
    ['not a cache elsewhere', [{ endpoint: 'https://api.example.com/cache/user' }], undefined],
    [
      'a cache beside pipes to other caches',
      [
        { endpoint: `http://${OWN}/cache/*`, path: ['user'] },
        { endpoint: `http://${OWN}/cache/*`, path: ['other'] },
        { endpoint: 'https://api.example.com/cache/*', path: ['user'] },
      ],
      ['001', 'stray'],
    ],
    [
      'not a cache that another pipe writes to as well',
      [
        { endpoint: `http://${OWN}/cache/*`, path: ['user'] },
        { endpoint: `http://localhost:4566/cache/user` },
      ],
      undefined,
    ],
    [
      'not a cache that another pipe may write to',
      [
        { endpoint: `http://${OWN}/cache/user` },
        { endpoint: `http://${OWN}/cache/*`, path: ['$.dynamodb.Keys.tenant.S'] },
      ],
      undefined,
    ],
  ];
  for (const [name, wired, expected] of cases)
    it(`is ${name}`, async () => {
      assert.deepEqual(await keysOf(...wired), expected);
    });
});
