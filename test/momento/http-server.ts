import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import {
  ApiKeys,
  createMomentoHttp,
  openCacheStore,
  type CacheStore,
  type MomentoHttpOptions,
} from '../../src/momento/index.js';
import { FakeClock } from './fake-clock.js';

export const V2_KEY = 'eyJhbGciOiJIUzI1NiJ9.eyJ0IjoiZyJ9.c2lnbmF0dXJl';

export interface HttpDoor {
  readonly origin: string;
  readonly store: CacheStore;
  readonly clock: FakeClock;
  /** Sends a request with the API key, unless told otherwise. */
  fetch(path: string, options?: RequestInit & { duplex?: 'half' }): Promise<Response>;
  /** Sends bytes as they are and resolves to all that is answered until the server closes. */
  raw(request: string | Buffer): Promise<string>;
  close(): Promise<void>;
}

/** Momento's HTTP door on a port of its own, with the cache `users`. */
export async function openHttpDoor(
  options: Partial<MomentoHttpOptions> & { maxBytesPerCache?: number } = {},
): Promise<HttpDoor> {
  const clock = new FakeClock();
  const { maxBytesPerCache = 64 * 1024 * 1024 } = options;
  const store = await openCacheStore({ clock, maxBytesPerCache });
  await store.createCache('users');
  const keys = new ApiKeys({
    keys: [
      'test-key',
      V2_KEY,
      { key: 'read-key', role: 'readonly' },
      { key: 'write-key', role: 'writeonly' },
    ],
  });
  const serve = createMomentoHttp({ store, keys, ...options });
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    store,
    clock,
    fetch: (path, init = {}) =>
      fetch(`${origin}${path}`, { headers: { authorization: 'test-key' }, ...init }),
    raw: async (request) => {
      const socket = connect(port, '127.0.0.1');
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
      socket.write(request);
      await once(socket, 'close');
      return Buffer.concat(chunks).toString('latin1');
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await store.close();
    },
  };
}
