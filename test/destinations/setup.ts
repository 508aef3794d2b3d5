import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createDestinations, createEgressPolicy } from '../../src/destinations/index.js';
import type {
  AuthParameters,
  DeliveryRequest,
  DestinationsOptions,
  OAuthDestinations,
} from '../../src/destinations/index.js';
import { systemClock } from '../../src/lib/clock.js';
import { silentLog } from '../../src/lib/log.js';
import type {
  ApiDestinationResource,
  Collection,
  ConnectionResource,
} from '../../src/state/index.js';

export const CONNECTION_ARN = 'arn:aws:events:us-east-1:000000000000:connection/momento/c-1';
export const DESTINATION_ARN = 'arn:aws:events:us-east-1:000000000000:api-destination/users/d-1';

/** As much of a collection as destinations use; counts its reads. */
export class MemoryCollection<T extends { name: string }> {
  readonly #resources = new Map<string, T>();
  readonly #listeners = new Set<(name: string) => void>();
  reads = 0;

  get(name: string): Promise<T | undefined> {
    this.reads += 1;
    return Promise.resolve(structuredClone(this.#resources.get(name)));
  }

  put(resource: T): void {
    this.#resources.set(resource.name, resource);
    for (const listener of this.#listeners) listener(resource.name);
  }

  change(name: string, change: Partial<T>): void {
    this.put({ ...this.#resources.get(name)!, ...change });
  }

  remove(name: string): void {
    this.#resources.delete(name);
    for (const listener of this.#listeners) listener(name);
  }

  onChange(listener: (name: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}

export class MemoryState {
  readonly connections = new MemoryCollection<ConnectionResource>();
  readonly apiDestinations = new MemoryCollection<ApiDestinationResource>();
  readonly secrets = {
    seal: (text: string) => ({ sealed: `key1:${text}` }),
    open: ({ sealed }: { sealed: string }): string => {
      if (!sealed.startsWith('key1:')) throw new Error(`cannot open ${sealed}`);
      return sealed.slice('key1:'.length);
    },
  };

  connect(parameters: AuthParameters, change: Partial<ConnectionResource> = {}): void {
    this.connections.put({
      name: 'momento',
      arn: CONNECTION_ARN,
      secretArn: '',
      state: 'AUTHORIZED',
      authorizationType: 'API_KEY',
      publicAuthParameters: {},
      sealedAuthParameters: this.secrets.seal(JSON.stringify(parameters)),
      creationTime: 0,
      lastModifiedTime: 0,
      ...change,
    });
  }

  destination(change: Partial<ApiDestinationResource>): void {
    this.apiDestinations.put({
      name: 'users',
      arn: DESTINATION_ARN,
      connectionArn: CONNECTION_ARN,
      invocationEndpoint: 'http://127.0.0.1:1/',
      httpMethod: 'POST',
      invocationRateLimitPerSecond: 10_000,
      creationTime: 0,
      lastModifiedTime: 0,
      ...change,
    });
  }

  /** The part of `State` that destinations ask for. */
  get asState(): DestinationsOptions['state'] {
    return {
      connections: this.connections as unknown as Collection<ConnectionResource>,
      apiDestinations: this.apiDestinations as unknown as Collection<ApiDestinationResource>,
      secrets: this.secrets,
    };
  }
}

export const API_KEY: AuthParameters = {
  ApiKeyAuthParameters: { ApiKeyName: 'X-Api-Key', ApiKeyValue: 'the-secret-key' },
};

/** A state with one destination at `endpoint`, and what sends to it. */
export function setUp(
  endpoint: string,
  change: {
    parameters?: AuthParameters;
    connection?: Partial<ConnectionResource>;
    destination?: Partial<ApiDestinationResource>;
    options?: Partial<DestinationsOptions>;
  } = {},
): { state: MemoryState; destinations: OAuthDestinations } {
  const state = new MemoryState();
  state.connect(change.parameters ?? API_KEY, change.connection);
  state.destination({ invocationEndpoint: endpoint, ...change.destination });
  const destinations = createDestinations({
    state: state.asState,
    egress: createEgressPolicy({ allowLoopback: true }),
    clock: systemClock,
    log: silentLog,
    ...change.options,
  });
  return { state, destinations };
}

export function request(change: Partial<DeliveryRequest> = {}): DeliveryRequest {
  return {
    pathParameters: [],
    queryStringParameters: {},
    headerParameters: {},
    body: '{"k":1}',
    ...change,
  };
}

export const never = new AbortController().signal;

export interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Monotonic milliseconds. */
  at: number;
}

/** A target that keeps what it received and answers as told. */
export async function startTarget(
  answer: (received: Received, response: ServerResponse, message: IncomingMessage) => void = (
    _received,
    response,
  ) => response.end(),
): Promise<Target> {
  const received: Received[] = [];
  const server = createServer((message, response) => {
    const at = performance.now();
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const { method = '', url = '', headers } = message;
      const one = { method, url, headers, body, at };
      received.push(one);
      answer(one, response, message);
    });
  });
  return listen(server, received);
}

/** A target that does with each connection what it likes, from the first bytes of a request on. */
export async function startRawTarget(onRequest: (socket: Socket) => void): Promise<Target> {
  const server = createTcpServer((socket) => {
    socket.on('error', () => undefined); // resets are part of the script
    socket.once('data', () => onRequest(socket));
  });
  return listen(server, []);
}

export interface Target {
  origin: string;
  port: number;
  received: Received[];
  /** Connections made so far. */
  connections: () => number;
  /** Closes all connections and waits until they are closed. */
  hangUp(): Promise<void>;
  close(): Promise<void>;
}

export async function listen(
  server: Server,
  received: Received[],
  scheme = 'http',
): Promise<Target> {
  const sockets = new Set<Socket>();
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${scheme}://127.0.0.1:${port}`,
    port,
    received,
    connections: () => connections,
    hangUp: async () => {
      const closing = [...sockets].map((socket) => once(socket, 'close'));
      for (const socket of sockets) socket.end();
      await Promise.all(closing);
    },
    close: async () => {
      if (!server.listening) return;
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
