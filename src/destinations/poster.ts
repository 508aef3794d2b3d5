import { Agent } from 'undici';
import { createConnector } from './connector.js';
import type { EgressPolicy } from './egress.js';

const CONNECT_LIMIT_MS = 5_000;
/** Of one URL; the posts of one sender come one after the other. */
const CONNECTIONS_PER_ORIGIN = 8;

/** Of an answer; it is read so that the connection can be used again. */
const MAX_READ_BYTES = 65_536;

/** Posts to URLs that are no API destinations, within the same rules of egress. */
export interface Poster {
  /**
   * Resolves to the answer's status; its body is not read, redirects are not followed. Rejects with the cause
   * when no answer comes before `signal` aborts, or the address may not be reached.
   */
  post(
    url: string,
    headers: Record<string, string>,
    body: string,
    signal: AbortSignal,
  ): Promise<number>;
  close(): Promise<void>;
}

export function createPoster(egress: EgressPolicy): Poster {
  const agent = new Agent({
    connect: createConnector(egress, { timeoutMs: CONNECT_LIMIT_MS }),
    connections: CONNECTIONS_PER_ORIGIN,
  });
  return {
    async post(url, headers, body, signal) {
      const { origin, pathname, search } = new URL(url);
      const answer = await agent.request({
        origin,
        path: pathname + search,
        method: 'POST',
        headers,
        body,
        signal,
      });
      await answer.body.dump({ limit: MAX_READ_BYTES, signal });
      return answer.statusCode;
    },
    close: () => agent.destroy(),
  };
}
