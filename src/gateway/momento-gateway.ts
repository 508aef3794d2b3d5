import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { AccessPolicy } from './access.js';
import { takeHttp2, type TlsDoor } from './first-bytes.js';
import { KEEP_ALIVE_MS, MAX_HEADER_BYTES } from './gateway.js';
import { sendJson } from './http.js';

export interface MomentoGatewayOptions {
  momento: (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;
  grpc: { serve(socket: Socket): void };
  /** Given where any key is let in: then no page of another site may send requests. */
  access?: AccessPolicy;
  /** Serve TLS, too, on the same port; not served when it is not given. */
  tls?: TlsDoor;
}

/** A port for Momento's APIs alone, HTTP and gRPC. */
export class MomentoGateway {
  readonly #options: MomentoGatewayOptions;
  readonly #server: Server;
  readonly #endSilent: () => void;

  constructor(options: MomentoGatewayOptions) {
    this.#options = options;
    this.#server = createServer(
      { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEADER_BYTES },
      (request, response) => void this.#serve(request, response),
    );
    this.#endSilent = takeHttp2(this.#server, (socket) => options.grpc.serve(socket), options.tls);
  }

  /** Starts to listen; rejects as `node:net` does, e.g. with EADDRINUSE. */
  listen(host: string, port: number): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  /** Takes no more connections, lets running requests end and resolves when all are gone. */
  close(graceMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs);
      this.#server.close(() => {
        clearTimeout(cut);
        resolve();
      });
      this.#server.closeIdleConnections();
      this.#endSilent();
    });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/_freshet/health') return sendJson(response, 200, { status: 'ready' });
    const refusal = this.#options.access?.refusal(request);
    if (refusal === undefined) return this.#options.momento(request, response);
    request.resume();
    sendJson(response, 403, { code: 'Forbidden', message: refusal });
  }
}
