import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  AccessPolicy,
  MomentoGateway,
  readCertificate,
  type Certificate,
} from '../gateway/index.js';
import { systemClock, type Clock } from '../lib/clock.js';
import { silentLog, type Log } from '../lib/log.js';
import {
  ApiKeys,
  createMomentoGrpc,
  createMomentoHttp,
  ServiceLimits,
  Topics,
  type Caches,
} from '../momento/index.js';
import { openCaches } from './caches.js';
import { isLoopback, localEndpoint } from './config.js';
import { StartError } from './start-error.js';
import { openWebhooks } from './webhooks.js';

export * from '../momento/index.js';

/** How long calls at work may take when the server is closed. */
const CLOSE_GRACE_MS = 2_000;

export interface StartMomentoOptions {
  /** Loopback when not given. Beyond it `apiKeys` are needed. */
  host?: string;
  /** Port of the HTTP API; any free one when not given. Both APIs are served on either port. */
  httpPort?: number;
  /** Port of the gRPC API; that of HTTP when not given. */
  grpcPort?: number;
  /**
   * Files of a certificate and its key, as PEM, for TLS on the same ports. Beyond loopback nothing else is
   * served then.
   */
  tls?: { cert: string; key: string };
  /** Folder that keeps caches and keys; without it everything is in memory. */
  path?: string;
  /** Keys that are let in. Without any, on loopback, every key is, and none, as by Momento's local server. */
  apiKeys?: readonly string[];
  /** `memory`, or the URL of a Valkey or Redis server. Default memory. */
  backend?: string;
  /** Where items lie on that server. Default `{cache}:{key}`. */
  keyFormat?: string;
  /** Caches to make at once. */
  caches?: readonly string[];
  /** Memory of each cache in bytes. Default 1 GiB. */
  maxBytesPerCache?: number;
  /** Apply the hosted service's published limits and answer like its throttling. Default false. */
  hostedLimits?: boolean;
  /**
   * Where webhooks may be beyond public addresses: addresses, CIDR ranges, host names, `*.domain`. On loopback
   * they may be anywhere but at cloud metadata.
   */
  egressAllow?: readonly string[];
  clock?: Clock;
  log?: Log;
}

/** A Momento that listens. */
export interface RunningMomento {
  /** Base URL of the HTTP API. */
  readonly endpoint: string;
  readonly httpPort: number;
  /** For the SDK: `CredentialProvider.forMomentoLocal({ hostname: '127.0.0.1', port: grpcPort })`. */
  readonly grpcPort: number;
  /** The caches in this process, e.g. to make and flush them between tests. */
  readonly caches: Caches;
  /** Lets calls end, keeps what is stored on disk, and frees the ports. */
  close(): Promise<void>;
}

/**
 * Starts Momento's cache alone, in this process. Several may run in one process. Rejects with node's own
 * error when a port is taken, and with StartError on options that do not go together.
 */
export async function startMomento(options: StartMomentoOptions = {}): Promise<RunningMomento> {
  const { host = '127.0.0.1', apiKeys = [], path, log = silentLog, clock = systemClock } = options;
  const isOpen = apiKeys.length === 0;
  if (isOpen && !isLoopback(host))
    throw new StartError(
      `Beyond loopback every request needs an API key: to listen on ${host} give one (FRESHET_MOMENTO_API_KEY).`,
    );
  const certificate = options.tls && certificateOf(options.tls);
  const isLocal = isLoopback(host);
  if (path !== undefined) mkdirSync(path, { recursive: true });
  const store = await openCaches({
    backend: options.backend ?? 'memory',
    ...(options.keyFormat !== undefined && { keyFormat: options.keyFormat }),
    ...(path !== undefined && { directory: join(path, 'cache') }),
    ...(options.maxBytesPerCache !== undefined && { maxBytesPerCache: options.maxBytesPerCache }),
    clock,
    log,
  });
  const close: (() => Promise<void>)[] = [() => store.close()];
  const closeAll = async (): Promise<void> => {
    for (let step = close.pop(); step; step = close.pop()) await step();
  };
  try {
    for (const name of options.caches ?? []) await store.createCache(name);
    const keys = new ApiKeys({
      keys: apiKeys,
      letAnyIn: isOpen,
      clock,
      ...(path !== undefined && { file: join(path, 'momento-keys.json') }),
    });
    const { webhooks, close: closeWebhooks } = openWebhooks({
      store,
      egress: { allowLoopback: isLocal, allowPrivate: isLocal, allow: options.egressAllow ?? [] },
      ...(path !== undefined && { file: join(path, 'momento-webhooks.json') }),
      clock,
      log,
    });
    close.push(closeWebhooks);
    const topics = new Topics({
      store,
      clock,
      onPublished: (message) => webhooks.published(message),
    });
    const limits = new ServiceLimits({ hosted: options.hostedLimits ?? false, clock });
    const rooms = { store, keys, topics, webhooks, limits, log };
    const grpc = createMomentoGrpc({ ...rooms, faults: isOpen });
    const gateways: MomentoGateway[] = [];
    // A port is free only when its gRPC connections have ended, too.
    close.push(async () => {
      const doors = [...gateways, grpc];
      await Promise.all(doors.map((door) => door.close(CLOSE_GRACE_MS)));
    });
    const momento = createMomentoHttp(rooms);
    const listen = async (port: number): Promise<number> => {
      const gateway = new MomentoGateway({
        momento,
        grpc,
        ...(isOpen && { access: new AccessPolicy({ clock }) }),
        ...(certificate && { tls: { certificate, only: !isLocal } }),
      });
      const { port: taken } = await gateway.listen(host, port);
      gateways.push(gateway);
      return taken;
    };
    const httpPort = await listen(options.httpPort ?? 0);
    const { grpcPort: wanted = httpPort } = options;
    const grpcPort = wanted === httpPort ? httpPort : await listen(wanted);
    let closing: Promise<void> | undefined;
    return {
      endpoint: localEndpoint(host, httpPort, certificate && !isLocal ? 'https' : 'http'),
      httpPort,
      grpcPort,
      caches: store,
      close: () => (closing ??= closeAll()),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function certificateOf(files: { cert: string; key: string }): Certificate {
  try {
    return readCertificate(files);
  } catch (error) {
    throw new StartError((error as Error).message, { cause: error });
  }
}
