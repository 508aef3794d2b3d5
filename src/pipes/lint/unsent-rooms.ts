import type { Attempt, Destinations } from '../../destinations/index.js';
import type { Rooms } from '../rooms.js';
import { tellWhenMade } from '../stages/stage.js';

/** Rooms that take everything and send nothing. */
export function unsentRooms(rooms: Rooms): Rooms {
  return {
    ...rooms,
    destinations: new UnsentDestinations(rooms.destinations),
    queues: {
      exists: (arn) => rooms.queues.exists(arn),
      send: () => Promise.resolve({ messageId: '' }),
    },
    logs: {
      nameOf: (arn) => rooms.logs.nameOf(arn),
      arnOf: (name) => rooms.logs.arnOf(name),
      put: () => Promise.resolve(),
    },
  };
}

/** Makes each request readable in place of sending it. */
class UnsentDestinations implements Destinations {
  readonly #destinations: Destinations;

  constructor(destinations: Destinations) {
    this.#destinations = destinations;
  }

  send(...[arn, request, signal, receiver]: Parameters<Destinations['send']>): void {
    tellWhenMade(this.deliver(arn, request, signal), receiver);
  }

  async deliver(...[arn, request]: Parameters<Destinations['deliver']>): Promise<Attempt> {
    const made = typeof request === 'function' ? request() : request;
    const shown = await this.#destinations.preview(arn, made);
    const isFine = typeof shown !== 'string';
    return {
      outcome: isFine ? 'delivered' : 'rejected',
      status: undefined,
      reason: isFine ? '' : shown,
      retryAfterMs: undefined,
      startedAt: 0,
      durationMs: 0,
      request: { method: '', url: '' },
      sent: isFine ? { size: 0, show: () => shown } : undefined,
      responseBody: '',
    };
  }

  preview(...asked: Parameters<Destinations['preview']>): ReturnType<Destinations['preview']> {
    return this.#destinations.preview(...asked);
  }

  rateLimit(arn: string): Promise<number | undefined> {
    return this.#destinations.rateLimit(arn);
  }

  loweredRate(arn: string): number | undefined {
    return this.#destinations.loweredRate(arn);
  }

  async close(): Promise<void> {
    // It is another's to close.
  }
}
