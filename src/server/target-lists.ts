import type { Caches } from '../momento/index.js';
import type { TargetKeys, TargetLists } from '../pipes/index.js';
import type { PipeResource, State } from '../state/index.js';
import { compileDynamicValue } from '../transformer/index.js';

/** Keys of one look into a cache. */
const PAGE = 1_000;
/** A cache of Momento's HTTP API; the key is in the query. Its name may come from the pipe's path parameter. */
const CACHE_PATH = /^\/cache\/(\*|[^/*]+)$/;

/** Which of this server's caches a pipe writes to. */
interface OwnCache {
  /** Undefined when the record tells: it may be any of them. */
  name: string | undefined;
  /** The pipe's path parameters; the name, where the destination leaves it open. */
  pathParameters: string[];
}

/** The embedded caches that pipes write to, as far as one pipe alone does. `host`: the server's own, with its port. */
export function targetLists(
  state: Pick<State, 'pipes' | 'apiDestinations'>,
  store: Caches,
  host: () => string | undefined,
): TargetLists {
  const cacheOf = async (pipe: PipeResource): Promise<OwnCache | undefined> => {
    const name = /:api-destination\/([^/]+)\//.exec(pipe.target)?.[1];
    const destination = name === undefined ? undefined : await state.apiDestinations.get(name);
    if (destination?.arn !== pipe.target) return undefined;
    const { invocationEndpoint } = destination;
    if (!URL.canParse(invocationEndpoint)) return undefined;
    const url = new URL(invocationEndpoint);
    if (!isOwn(url, host()) || url.searchParams.has('key')) return undefined;
    const cache = CACHE_PATH.exec(url.pathname)?.[1];
    if (cache === undefined) return undefined;
    if (cache !== '*') return { name: decodeURIComponent(cache), pathParameters: [] };
    const [given = ''] = pipe.targetParameters.HttpParameters?.PathParameterValues ?? [];
    const isConstant = compileDynamicValue(given).path === undefined;
    return { name: isConstant ? given : undefined, pathParameters: [given] };
  };
  return async (pipe) => {
    const own = await cacheOf(pipe);
    if (own?.name === undefined || !(await store.listCaches()).includes(own.name)) return undefined;
    for (const other of await state.pipes.list()) {
      if (other.name === pipe.name) continue;
      const theirs = await cacheOf(other);
      if (theirs !== undefined && (theirs.name === undefined || theirs.name === own.name))
        return undefined;
    }
    return keysOf(store, own.name, own.pathParameters);
  };
}

function keysOf(store: Caches, cache: string, pathParameters: string[]): TargetKeys {
  return {
    keyOf: ({ queryStringParameters }) => queryStringParameters['key'],
    requestOf: (key) => ({
      pathParameters,
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
