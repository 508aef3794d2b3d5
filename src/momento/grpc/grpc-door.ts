import { once, setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import {
  Server,
  ServerCredentials,
  type ServiceDefinition,
  type UntypedHandleCall,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { batchOperations, writeAll } from './batches.js';
import { operate, type ItemOperation, type Rooms } from './call.js';
import { controlOperations } from './control.js';
import { dictionaryOperations } from './dictionaries.js';
import { exactDictionaryIncrement, exactIncrement } from './exact-integers.js';
import { Faults } from './faults.js';
import { itemOperations } from './items.js';
import { leaderboardOperations } from './leaderboards.js';
import { listOperations } from './lists.js';
import {
  auth,
  control,
  Empty,
  leaderboard,
  ping,
  pubsub,
  scs,
  token,
  webhook,
} from './messages.js';
import { plainGet, plainGetBatch, plainSet, plainSetBatch } from './plain-messages.js';
import { publish, subscribe } from './pubsub.js';
import { scalarOperations } from './scalars.js';
import { streaming, unary, type Unary } from './service.js';
import { setOperations } from './sets.js';
import { sortedSetOperations } from './sorted-sets.js';
import { authOperations, tokenOperations } from './tokens.js';
import { webhookOperations } from './webhooks.js';

/** The client's own limit for a message either way (recorded); a 5 MB item fits. */
const MAX_MESSAGE_BYTES = 10_486_000;

/** So often a subscriber hears that it is still subscribed (how often the service says so: not documented). */
const HEARTBEAT_MS = 15_000;
/** As often as from Momento's local server: tests of the SDK count three within as many seconds. */
const LOCAL_HEARTBEAT_MS = 500;

/** Momento's gRPC API. Connections are handed to it; it listens nowhere itself. */
export class GrpcDoor {
  readonly #server: Server;
  readonly #connections: ReturnType<Server['createConnectionInjector']>;
  readonly #sockets = new Set<Socket>();
  readonly #closing = new AbortController();

  /** `faults`: serve the fault-injection metadata of Momento's local server, with heartbeats like its own. */
  constructor(given: Omit<Rooms, 'closing'>, options: { faults: boolean }) {
    const rooms: Rooms = { ...given, closing: this.#closing.signal };
    // Each subscription listens.
    setMaxListeners(0, this.#closing.signal);
    const heartbeatMs = options.faults ? LOCAL_HEARTBEAT_MS : HEARTBEAT_MS;
    this.#server = new Server({
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
    });
    const faults = new Faults(options.faults);
    const add = (service: ServiceDefinition, handlers: UntypedServiceImplementation): void =>
      this.#server.addService(service, handlers);
    const unaries = (answers: Record<string, Unary>): UntypedServiceImplementation =>
      map(answers, (answer, rpc) => unary(rpc, answer, faults, rooms.log));
    const { definition } = scs.UnimplementedScsService;
    const ownMessages = {
      ...definition,
      Get: plainGet(definition.Get),
      Set: plainSet(definition.Set),
      GetBatch: plainGetBatch(definition.GetBatch),
      SetBatch: plainSetBatch(definition.SetBatch),
      Increment: exactIncrement(definition.Increment),
      DictionaryIncrement: exactDictionaryIncrement(definition.DictionaryIncrement),
    };
    add(ownMessages as unknown as ServiceDefinition, {
      ...unaries(itemAnswers(rooms)),
      ...batches(rooms, faults),
    });
    add(control.UnimplementedScsControlService.definition, unaries(controlOperations(rooms)));
    add(
      leaderboard.UnimplementedLeaderboardService.definition,
      unaries(leaderboardOperations(rooms)),
    );
    add(auth.UnimplementedAuthService.definition, unaries(authOperations(rooms.keys)));
    add(token.UnimplementedTokenService.definition, unaries(tokenOperations(rooms.keys)));
    add(webhook.UnimplementedWebhookService.definition, unaries(webhookOperations(rooms)));
    add(
      ping.UnimplementedPingService.definition,
      unaries({ Ping: async () => new ping._PingResponse() }),
    );
    add(pubsub.UnimplementedPubsubService.definition, {
      ...unaries({
        Publish: async (message, metadata) => {
          await publish(rooms, metadata, message as Parameters<typeof publish>[2]);
          return new Empty();
        },
      }),
      Subscribe: streaming(
        'Subscribe',
        (call) => subscribe(rooms, call as Parameters<typeof subscribe>[1], heartbeatMs),
        faults,
        rooms.log,
      ),
    });
    this.#connections = this.#server.createConnectionInjector(ServerCredentials.createInsecure());
  }

  /** Serves a connection whose first bytes are those of HTTP/2. */
  serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    this.#connections.injectConnection(socket);
  }

  /** Takes no more calls, lets running ones end, and cuts them off after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#closing.abort();
    this.#connections.drain(graceMs);
    const cut = setTimeout(() => this.#server.forceShutdown(), graceMs);
    await Promise.all(Array.from(this.#sockets, (socket) => once(socket, 'close')));
    clearTimeout(cut);
    this.#server.forceShutdown();
  }
}

type AnyOperation = ItemOperation<unknown, unknown>;

function itemAnswers(rooms: Rooms): Record<string, Unary> {
  const operations = {
    ...scalarOperations,
    ...itemOperations,
    ...dictionaryOperations,
    ...setOperations,
    ...listOperations,
    ...sortedSetOperations,
  } as unknown as Record<string, AnyOperation>;
  return map(
    operations,
    (operation): Unary =>
      (message, metadata) =>
        operate(rooms, operation, metadata, message),
  );
}

function batches(rooms: Rooms, faults: Faults): Record<string, UntypedHandleCall> {
  const operations = batchOperations as unknown as Record<
    string,
    ItemOperation<unknown, readonly unknown[]>
  >;
  return map(operations, (operation, rpc) =>
    streaming(
      rpc,
      async (call) => writeAll(call, await operate(rooms, operation, call.metadata, call.request)),
      faults,
      rooms.log,
    ),
  );
}

function map<T, R>(
  table: Record<string, T>,
  change: (value: T, name: string) => R,
): Record<string, R> {
  return Object.fromEntries(
    Object.entries(table).map(([name, value]) => [name, change(value, name)]),
  );
}
