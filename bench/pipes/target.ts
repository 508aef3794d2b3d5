import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What the target answers to a request. */
export interface Behaviour {
  status: number;
  delayMs?: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const REASONS: Readonly<Record<number, string>> = {
  204: 'No Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};
const ANSWERS = new Map(
  Object.entries(REASONS).map(([status, reason]) => [
    Number(status),
    `HTTP/1.1 ${status} ${reason}\r\ncontent-length: 0\r\n\r\n`,
  ]),
);

/**
 * The API that a pipe calls, as lean as it can be, so that it is not what is measured. It reads `key` from the query
 * string and `version` from the body, and checks that no key is seen to go backwards.
 */
export class Target {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #versions = new Map<string, number>();
  #wanted = Infinity;
  #waiting: (() => void) | undefined;
  /** Requests answered with success. */
  accepted = 0;
  refused = 0;
  orderViolations = 0;
  /** The head of the last request, as it came. */
  lastHead = '';
  lastBody = '';
  behave: (key: string, version: number) => Behaviour = () => ({ status: 204 });
  /** Called for each request that is taken. */
  onAccepted: (key: string, version: number) => void = () => undefined;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async start(): Promise<Target> {
    const server = createServer({ noDelay: true });
    const target = new Target(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return target;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  /** The newest version of a key that was taken. */
  version(key: string): number | undefined {
    return this.#versions.get(key);
  }

  /** Resolves once so many requests were taken since the last reset. */
  async reaches(accepted: number): Promise<void> {
    if (this.accepted >= accepted) return;
    this.#wanted = accepted;
    await new Promise<void>((resolve) => (this.#waiting = resolve));
  }

  reset(): void {
    this.accepted = 0;
    this.refused = 0;
    this.orderViolations = 0;
    this.#versions.clear();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    let pending: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      for (;;) {
        const end = pending.indexOf(HEAD_END);
        if (end < 0) return;
        const head = pending.toString('latin1', 0, end);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        const bodyAt = end + HEAD_END.length;
        if (pending.length < bodyAt + length) return;
        this.lastHead = head;
        this.lastBody = pending.toString('utf8', bodyAt, bodyAt + length);
        pending = pending.subarray(bodyAt + length);
        this.#take(socket, head, this.lastBody);
      }
    });
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
  }

  #take(socket: Socket, head: string, body: string): void {
    const key = /[?&]key=([^& ]*)/.exec(head)?.[1] ?? '';
    const version = Number(/"version": ?"?(\d+)/.exec(body)?.[1]);
    const { status, delayMs } = this.behave(key, version);
    // An attempt counts as seen when it comes: what the target does with it is its own affair.
    const before = this.#versions.get(key);
    if (before !== undefined && version < before) this.orderViolations += 1;
    else this.#versions.set(key, version);
    const answer = (): void => {
      socket.write(ANSWERS.get(status)!);
      if (status === 204) this.#accept(key, version);
      else this.refused += 1;
    };
    if (delayMs === undefined) answer();
    else void delay(delayMs).then(answer);
  }

  #accept(key: string, version: number): void {
    this.accepted += 1;
    this.onAccepted(key, version);
    if (this.accepted >= this.#wanted) {
      this.#wanted = Infinity;
      this.#waiting?.();
    }
  }
}
