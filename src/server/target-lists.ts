import type { Caches } from '../momento/index.js';
import type { TargetKeys, TargetLists } from '../pipes/index.js';
import type { State } from '../state/index.js';

/** Keys of one look into a cache. */
const PAGE = 1_000;
/** A cache of Momento's HTTP API; the key is in the query. */
const CACHE_PATH = /^\/cache\/([^/*]+)$/;

/** The embedded caches that pipes write to, as far as one pipe alone does. `host`: the server's own, with its port. */
export function targetLists(
  state: Pick<State, 'pipes' | 'apiDestinations'>,
  store: Caches,
  host: () => string | undefined,
): TargetLists {
  const cacheOf = async (destinationArn: string): Promise<string | undefined> => {
    const name = /:api-destination\/([^/]+)\//.exec(destinationArn)?.[1];
    const destination = name === undefined ? undefined : await state.apiDestinations.get(name);
    if (destination?.arn !== destinationArn) return undefined;
    const { invocationEndpoint } = destination;
    if (!URL.canParse(invocationEndpoint)) return undefined;
    const url = new URL(invocationEndpoint);
    if (!isOwn(url, host()) || url.searchParams.has('key')) return undefined;
    const cache = CACHE_PATH.exec(url.pathname)?.[1];
    return cache === undefined ? undefined : decodeURIComponent(cache);
  };
  return async (pipeName, destinationArn) => {
    const cache = await cacheOf(destinationArn);
    if (cache === undefined || !(await store.listCaches()).includes(cache)) return undefined;
    for (const { name, target } of await state.pipes.list())
      if (name !== pipeName && (await cacheOf(target)) === cache) return undefined;
    return keysOf(store, cache);
  };
}

function keysOf(store: Caches, cache: string): TargetKeys {
  return {
    keyOf: ({ queryStringParameters }) => queryStringParameters['key'],
    requestOf: (key) => ({
      pathParameters: [],
      headerParameters: {},
      queryStringParameters: { key },
      body: '',
    }),
    async *list() {
      let cursor: string | undefined;
      do {
        const page = await store.cache(cache).items.scan(cursor, PAGE);
        for (const key of page.keys) yield key.toString('utf8');
        cursor = page.cursor;
      } while (cursor !== undefined);
    },
  };
}

/** Loopback has several names. */
function isOwn({ host, hostname, port }: URL, own: string | undefined): boolean {
  if (host === own) return true;
  return hostname === 'localhost' && own !== undefined && own.endsWith(`:${port}`);
}
