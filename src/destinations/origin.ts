import { Pool } from 'undici';
import type { buildConnector } from 'undici';
import { WaitingList } from './waiting-list.js';
import type { Waiting } from './waiting-list.js';

/** Someone who waits for a connection of an origin. */
export interface ConnectionWaiter extends Waiting<ConnectionWaiter> {
  /** A connection is free: use it, or leave it to the next. */
  pump(): void;
}

/**
 * The connections to one scheme, host and port, shared by all destinations there. It hands out the right to
 * send, one a connection, so that nothing queues inside the pool, where its time limit would already run.
 */
export class Origin {
  readonly pool: Pool;
  #free: number;
  readonly #waiting = new WaitingList<ConnectionWaiter>();

  constructor(origin: string, options: { connections: number; connect: buildConnector.connector }) {
    this.#free = options.connections;
    this.pool = new Pool(origin, {
      connections: options.connections,
      connect: options.connect,
      pipelining: 1,
    });
  }

  get hasFree(): boolean {
    return this.#free > 0;
  }

  /** Takes the right to send on a connection; only when `hasFree`. */
  take(): void {
    this.#free -= 1;
  }

  release(): void {
    this.#free += 1;
    // One connection each in turn, so that a busy destination does not starve its neighbours.
    while (this.#free > 0 && this.#waiting.first) {
      const waiter = this.#waiting.first;
      this.#waiting.remove(waiter);
      waiter.pump();
    }
  }

  /** Has `waiter` pumped when a connection is free. */
  wait(waiter: ConnectionWaiter): void {
    if (!waiter.waits) this.#waiting.add(waiter);
  }

  /** Lets running exchanges end, then closes the connections. */
  close(): Promise<void> {
    return this.pool.close();
  }
}
