import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request looked like to the target. */
export interface Echo {
  method: string;
  /** Path and query as they travelled. */
  url: string;
  headers: Record<string, unknown>;
  body: string;
}

/**
 * An HTTP target that sends back all that it was sent, as JSON, and as the reason of its refusals as well: paths with `bad`
 * in them are answered with 400, others with 200. `/token` is an OAuth token endpoint.
 */
export class EchoTarget {
  readonly taken: Echo[] = [];
  readonly #token: string;
  readonly #server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const echo: Echo = { method, url, headers, body };
      this.taken.push(echo);
      const path = url.split('?')[0]!;
      if (path === '/token') {
        const token = { access_token: this.#token, expires_in: 3600 };
        response.end(JSON.stringify({ ...token, ...echo }));
        return;
      }
      const decoded = decodeURIComponent(url);
      response.setHeader('location', decoded.replaceAll(/[^\x20-\x7e]/g, '?'));
      response.writeHead(path.includes('bad') ? 400 : 200);
      response.end(JSON.stringify({ ...echo, decoded }));
    });
  });

  constructor(token: string) {
    this.#token = token;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    // A test that fails before its end ends all the same.
    this.#server.unref();
  }

  get origin(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
