import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import { showRequest, type ShownRequest } from './sent-request.js';
import type {
  Attempt,
  AttemptReceiver,
  DeliveryRequest,
  Destinations,
  RequestMaker,
} from './attempt.js';
import { Cancellations } from './cancellation.js';
import { Catalogue, resourceName } from './catalogue.js';
import type { DestinationState } from './catalogue.js';
import { createConnector } from './connector.js';
import type { Lookup } from './connector.js';
import { Delivery } from './delivery.js';
import type { DeliveryContext } from './delivery.js';
import type { EgressPolicy } from './egress.js';
import { Lane } from './lane.js';
import type { LaneContext } from './lane.js';
import { Origin } from './origin.js';
import { fetchToken } from './token-fetch.js';
import { TimeLimits } from './time-limits.js';

/** Client execution time-out of API destinations (documented; not configurable on AWS). */
const TIME_LIMIT_MS = 5000;
const CONNECTIONS_PER_ORIGIN = 64;

export interface DestinationsOptions {
  state: DestinationState;
  egress: EgressPolicy;
  clock: Clock;
  log: Log;
  /** Connections to one scheme, host and port at the same time. Default 64. */
  connectionsPerOrigin?: number;
  /** For connecting, sending and reading the whole answer, in milliseconds. Default 5,000, AWS's limit. */
  timeLimitMs?: number;
  /** Close each connection after its request, as AWS does, instead of keeping it for the next. Default false. */
  connectionClose?: boolean;
  /** Finds the addresses of a host. Default: the system's resolver. */
  lookup?: Lookup;
}

/** Makes the sender of all API destinations in `state`. It follows changes of the state until it is closed. */
export function createDestinations(options: DestinationsOptions): OAuthDestinations {
  return new StateDestinations(options);
}

/** Destinations that can try an OAuth connection before anything is sent with it. */
export interface OAuthDestinations extends Destinations {
  /**
   * Asks the token endpoint of an OAuth connection for a token, whatever the connection's state. Resolves to
   * undefined when it gave one, otherwise to the reason, for people.
   */
  authorize(connectionName: string): Promise<string | undefined>;
}

class StateDestinations implements OAuthDestinations {
  readonly #catalogue: Catalogue;
  readonly #timeLimits: TimeLimits;
  readonly #lanes = new Map<string, Lane>();
  readonly #origins = new Map<string, Origin>();
  readonly #laneContext: LaneContext;
  readonly #deliveryContext: DeliveryContext;
  readonly #fetchToken: (
    connection: Parameters<typeof fetchToken>[0],
  ) => ReturnType<typeof fetchToken>;
  readonly #makeOrigin: (origin: string) => Origin;
  readonly #stopListening: (() => void)[];
  #closed = false;

  constructor(options: DestinationsOptions) {
    const { state, egress, clock, log, lookup } = options;
    const timeLimitMs = options.timeLimitMs ?? TIME_LIMIT_MS;
    this.#timeLimits = new TimeLimits(timeLimitMs);
    const connect = createConnector(egress, { timeoutMs: timeLimitMs, ...(lookup && { lookup }) });
    const connections = options.connectionsPerOrigin ?? CONNECTIONS_PER_ORIGIN;
    const origin = (name: string): Origin => this.#originOf(name);
    this.#makeOrigin = (name) => new Origin(name, { connections, connect });
    this.#fetchToken = (connection) =>
      fetchToken(connection, { clock, timeLimits: this.#timeLimits, origin });
    this.#catalogue = new Catalogue(state, clock, this.#fetchToken);
    this.#laneContext = {
      clock,
      log,
      load: (arn) => this.#catalogue.load(arn),
      origin,
      loaded: (lane, missing) => this.#loaded(lane, missing),
    };
    this.#deliveryContext = {
      clock,
      cancellations: new Cancellations(),
      timeLimits: this.#timeLimits,
      connectionClose: options.connectionClose ?? false,
    };
    this.#stopListening = [
      state.apiDestinations.onChange((name) => this.#destinationChanged(name)),
      state.connections.onChange((name) => this.#connectionChanged(name)),
    ];
  }

  send(
    destinationArn: string,
    request: DeliveryRequest | RequestMaker,
    signal: AbortSignal,
    receiver: AttemptReceiver,
  ): void {
    const lane = this.#laneOf(destinationArn);
    const delivery = new Delivery(this.#deliveryContext, lane, request, signal, receiver);
    if (this.#closed)
      delivery.fail('Freshet is shutting down; the delivery is sent again after the start');
    else if (signal.aborted) delivery.cancel();
    else lane.enter(delivery);
  }

  deliver(
    destinationArn: string,
    request: DeliveryRequest | RequestMaker,
    signal: AbortSignal,
  ): Promise<Attempt> {
    return new Promise((attempted, unmade: (error: unknown) => void) => {
      this.send(destinationArn, request, signal, { attempted, unmade });
    });
  }

  async preview(destinationArn: string, request: DeliveryRequest): Promise<ShownRequest | string> {
    const loaded = await this.#catalogue.load(destinationArn);
    return 'unavailable' in loaded ? loaded.unavailable : showRequest(loaded, request);
  }

  async rateLimit(destinationArn: string): Promise<number | undefined> {
    const known = this.#lanes.get(destinationArn)?.destination;
    const loaded = known ?? (await this.#catalogue.load(destinationArn));
    return 'unavailable' in loaded ? undefined : loaded.ratePerSecond;
  }

  loweredRate(destinationArn: string): number | undefined {
    return this.#lanes.get(destinationArn)?.loweredRate;
  }

  async authorize(connectionName: string): Promise<string | undefined> {
    const connection = await this.#catalogue.connection(connectionName);
    if (!connection) return `there is no connection "${connectionName}" that can be opened`;
    const token = await this.#fetchToken(connection);
    return typeof token === 'string' ? token : undefined;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const stop of this.#stopListening) stop();
    for (const lane of this.#lanes.values())
      lane.fail('Freshet is shutting down; the delivery is sent again after the start');
    await Promise.all([...this.#origins.values()].map((origin) => origin.close()));
    this.#timeLimits.close();
  }

  #laneOf(arn: string): Lane {
    let lane = this.#lanes.get(arn);
    if (!lane) {
      lane = new Lane(arn, this.#laneContext);
      this.#lanes.set(arn, lane);
    }
    return lane;
  }

  #originOf(name: string): Origin {
    let origin = this.#origins.get(name);
    if (!origin) {
      origin = this.#makeOrigin(name);
      this.#origins.set(name, origin);
    }
    return origin;
  }

  #destinationChanged(name: string): void {
    for (const lane of this.#lanes.values()) {
      if (resourceName(lane.arn, 'api-destination') === name) lane.invalidate();
    }
  }

  #connectionChanged(name: string): void {
    this.#catalogue.dropToken(name);
    for (const lane of this.#lanes.values()) {
      // A lane that is reading its definition just now may be reading this connection.
      const current = lane.destination;
      if (!current || current.connection.name === name) lane.invalidate();
    }
  }

  /** After a definition was read: drops a lane that leads nowhere, and connections that nobody needs any more. */
  #loaded(lane: Lane, missing: boolean): void {
    if (missing) this.#lanes.delete(lane.arn);
    const used = new Set([...this.#lanes.values()].map(({ origin }) => origin));
    for (const [name, origin] of this.#origins) {
      if (used.has(origin)) continue;
      this.#origins.delete(name);
      // Resolves when what runs on it has ended; a pool's close does not fail.
      void origin.close();
    }
  }
}
