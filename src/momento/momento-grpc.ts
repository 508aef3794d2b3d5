import type { Socket } from 'node:net';
import { silentLog, type Log } from '../lib/log.js';
import type { ApiKeys } from './auth/api-keys.js';
import type { GrpcDoor } from './grpc/grpc-door.js';
import type { Caches } from './caches.js';
import { ServiceLimits } from './service-limits.js';
import type { Topics } from './topics.js';
import type { Webhooks } from './webhooks/webhooks.js';

export interface MomentoGrpcOptions {
  store: Caches;
  keys: ApiKeys;
  /** Shared with the HTTP door. */
  topics: Topics;
  webhooks: Webhooks;
  limits?: ServiceLimits;
  /** Serve the fault-injection metadata of Momento's local server. Default false. */
  faults?: boolean;
  log?: Log;
}

/** Momento's gRPC API. Connections are handed to it; it listens nowhere itself. */
export interface MomentoGrpc {
  /** Serves a connection whose first bytes, still unread, are those of HTTP/2. */
  serve(socket: Socket): void;
  /** Takes no more calls, lets running ones end, and cuts them off after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** The door is loaded when the first client comes: most servers never see one, and it takes a while. */
export function createMomentoGrpc(options: MomentoGrpcOptions): MomentoGrpc {
  const { faults = false, log = silentLog } = options;
  const rooms = { ...options, log, limits: options.limits ?? new ServiceLimits({ hosted: false }) };
  let loading: Promise<GrpcDoor> | undefined;
  let isClosed = false;
  const open = async (): Promise<GrpcDoor> => {
    const { GrpcDoor } = await import('./grpc/grpc-door.js');
    return new GrpcDoor(rooms, { faults });
  };
  return {
    serve: (socket) => {
      loading ??= open();
      loading.then(
        (door) => (isClosed ? socket.destroy() : door.serve(socket)),
        (error: unknown) => {
          log.error('The gRPC door cannot be loaded; install the package anew', { error });
          socket.destroy();
        },
      );
    },
    close: async (graceMs) => {
      isClosed = true;
      await (await loading)?.close(graceMs);
    },
  };
}
