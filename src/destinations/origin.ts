import { Client } from 'undici';
import type { buildConnector } from 'undici';
import { WaitingList } from './waiting-list.js';
import type { Waiting } from './waiting-list.js';

/** Someone who waits for a connection of an origin. */
export interface ConnectionWaiter extends Waiting<ConnectionWaiter> {
  /** A connection is free: use it, or leave it to the next. */
  pump(): void;
}

/**
 * The connections to one scheme, host and port, shared by all destinations there. Each carries one request at a time and
 * is handed out whole, so that nothing queues where its time limit would already run, and so that a request which is ready
 * when an answer has come goes out on the same connection at once.
 */
export class Origin {
  readonly #name: string;
  readonly #most: number;
  readonly #connect: buildConnector.connector;
  readonly #open = new Set<Client>();
  /** The one used last is taken first: the others may close when they are not needed. */
  readonly #free: Client[] = [];
  #taken = 0;
  readonly #waiting = new WaitingList<ConnectionWaiter>();

  constructor(origin: string, options: { connections: number; connect: buildConnector.connector }) {
    this.#name = origin;
    this.#most = options.connections;
    this.#connect = options.connect;
  }

  get hasFree(): boolean {
    return this.#taken < this.#most;
  }

  /** Takes a connection; only when `hasFree`. */
  take(): Client {
    this.#taken += 1;
    return this.#free.pop() ?? this.open();
  }

  /** Gives a connection back; one on which something went wrong is not used again. */
  release(client: Client, failed: boolean): void {
    this.#taken -= 1;
    if (failed) this.discard(client);
    else this.#free.push(client);
    // One connection each in turn, so that a busy destination does not starve its neighbours.
    while (this.hasFree && this.#waiting.first) {
      const waiter = this.#waiting.first;
      this.#waiting.remove(waiter);
      waiter.pump();
    }
  }

  /** Has `waiter` pumped when a connection is free. */
  wait(waiter: ConnectionWaiter): void {
    if (!waiter.waits) this.#waiting.add(waiter);
  }

  /** A connection beside those that are counted. It is made with its first request, and to be discarded after it. */
  open(): Client {
    const client = new Client(this.#name, { connect: this.#connect, pipelining: 1 });
    this.#open.add(client);
    return client;
  }

  discard(client: Client): void {
    this.#open.delete(client);
    // Nothing runs on it, and closing a socket does not fail.
    void client.destroy();
  }

  /** Lets running exchanges end, then closes the connections. */
  async close(): Promise<void> {
    await Promise.all(Array.from(this.#open, (client) => client.close()));
  }
}
