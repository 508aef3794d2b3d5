import type { ServerResponse } from 'node:http';
import { itemKeyOf, nameOf, objectOf, wholeOf } from './freshet-requests.js';
import { sendJson } from './http.js';

/** What Freshet's own API does with caches: with their items as people look at them, and with webhooks. */
export interface CacheRouteOperations {
  listCaches(): Promise<object>;
  createCache(name: string): Promise<object>;
  deleteCache(name: string): Promise<void>;
  listCacheKeys(cache: string, page: Page): Promise<object>;
  showCacheItem(cache: string, key: Buffer): Promise<object>;
  /** Elements of the collection under a key. */
  listElements(cache: string, key: Buffer, page: Page): Promise<object>;
  /** `element` is what the caller gave. */
  putElement(cache: string, key: Buffer, element: object): Promise<void>;
  removeElement(cache: string, key: Buffer, element: object): Promise<void>;
  listWebhooks(cache: string): Promise<object>;
  /** `webhook` is what the caller gave. */
  putWebhook(cache: string, name: string, webhook: object): Promise<object>;
  deleteWebhook(cache: string, name: string): Promise<void>;
  showWebhookSecret(cache: string, name: string): Promise<object>;
  rotateWebhookSecret(cache: string, name: string): Promise<object>;
}

interface Page {
  limit: number | undefined;
  cursor: string | undefined;
}

/**
 * Answers a request under `/_freshet/caches`; false when there is no such route. `parts` are the segments of
 * its path behind that, decoded.
 */
export async function routeCaches(
  operations: CacheRouteOperations,
  method: string,
  [cache = '', area, name, ...rest]: readonly string[],
  url: URL,
  body: Buffer,
  response: ServerResponse,
): Promise<boolean> {
  const answer = (document: object, status = 200): true => {
    sendJson(response, status, document);
    return true;
  };
  const done = (): true => {
    response.writeHead(204).end();
    return true;
  };
  const key = (): Buffer => itemKeyOf(url);
  const place = [
    method,
    cache && '*',
    area,
    area === 'webhooks' && name !== undefined ? '*' : name,
    ...rest,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join('/');
  switch (place) {
    case 'GET':
      return answer(await operations.listCaches());
    case 'POST':
      return answer(await operations.createCache(nameOf(body)), 201);
    case 'DELETE/*':
      await operations.deleteCache(cache);
      return done();
    case 'GET/*/keys':
      return answer(await operations.listCacheKeys(cache, pageOf(url)));
    case 'GET/*/items':
      return answer(await operations.showCacheItem(cache, key()));
    case 'GET/*/elements':
      return answer(await operations.listElements(cache, key(), pageOf(url)));
    case 'PUT/*/elements':
      await operations.putElement(cache, key(), objectOf(body));
      return done();
    case 'POST/*/elements/remove':
      await operations.removeElement(cache, key(), objectOf(body));
      return done();
    case 'GET/*/webhooks':
      return answer(await operations.listWebhooks(cache));
    case 'PUT/*/webhooks/*':
      return answer(await operations.putWebhook(cache, name!, objectOf(body)));
    case 'DELETE/*/webhooks/*':
      await operations.deleteWebhook(cache, name!);
      return done();
    case 'GET/*/webhooks/*/secret':
      return answer(await operations.showWebhookSecret(cache, name!));
    case 'POST/*/webhooks/*/secret/rotate':
      return answer(await operations.rotateWebhookSecret(cache, name!));
    default:
      return false;
  }
}

function pageOf(url: URL): Page {
  return {
    limit: wholeOf(url, 'limit'),
    cursor: url.searchParams.get('cursor') ?? undefined,
  };
}
