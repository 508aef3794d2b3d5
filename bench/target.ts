import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An HTTP API that notes when each key arrived and checks that values per key never go backwards. */
export class RecordingTarget {
  readonly #server: Server;
  readonly #arrivals = new Map<string, { version: number; at: number }>();
  #waiting: (() => void) | undefined;
  #wanted = Infinity;
  /** Requests seen. */
  requests = 0;
  /** Times that an older version of a key came after a newer one. */
  orderViolations = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<RecordingTarget> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    const target = new RecordingTarget(server);
    server.on('request', (request, response) => {
      const key = new URL(request.url ?? '/', 'http://target').searchParams.get('key') ?? '';
      let body = '';
      request.on('data', (chunk: Buffer) => void (body += chunk.toString()));
      request.on('end', () => {
        target.#note(key, body);
        response.writeHead(204).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return target;
  }

  get origin(): string {
    return `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  /** When the newest version of a key arrived (performance.now), undefined when it did not. */
  arrival(key: string): { version: number; at: number } | undefined {
    return this.#arrivals.get(key);
  }

  /** Resolves once so many different keys have arrived. */
  async keys(count: number): Promise<void> {
    if (this.#arrivals.size >= count) return;
    this.#wanted = count;
    await new Promise<void>((resolve) => (this.#waiting = resolve));
  }

  reset(): void {
    this.#arrivals.clear();
    this.requests = 0;
    this.orderViolations = 0;
    this.#wanted = Infinity;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #note(key: string, body: string): void {
    const at = performance.now();
    const version = Number((JSON.parse(body) as { version: string }).version);
    this.requests += 1;
    const before = this.#arrivals.get(key);
    if (before && version < before.version) this.orderViolations += 1;
    else if (!before || version > before.version) this.#arrivals.set(key, { version, at });
    if (this.#arrivals.size >= this.#wanted) {
      this.#wanted = Infinity;
      this.#waiting?.();
    }
  }
}
