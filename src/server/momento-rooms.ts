import { join } from 'node:path';
import type { EgressOptions } from '../destinations/index.js';
import { AccessPolicy, MomentoGateway } from '../gateway/index.js';
import { systemClock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import {
  ApiKeys,
  createMomentoGrpc,
  createMomentoHttp,
  ServiceLimits,
  Topics,
  type Caches,
  type Webhooks,
} from '../momento/index.js';
import type { Closing } from './closing.js';
import type { ServerConfig } from './config.js';
import { openWebhooks } from './webhooks.js';

/** Time that calls at work get when the server stops. */
const CLOSE_GRACE_MS = 5_000;

/** What Momento's doors work on. */
export interface MomentoRooms {
  store: Caches;
  keys: ApiKeys;
  topics: Topics;
  webhooks: Webhooks;
  limits: ServiceLimits;
  log: Log;
}

/** Opens what Momento's doors share, in the data folder. */
export function openMomentoRooms(
  { data, hostedLimits }: ServerConfig,
  { store, apiKey, egress }: { store: Caches; apiKey: string; egress: EgressOptions },
  closing: Closing,
  log: Log,
): MomentoRooms {
  const { webhooks } = closing.add(
    openWebhooks({
      store,
      egress,
      file: join(data, 'momento-webhooks.json'),
      clock: systemClock,
      log,
    }),
  );
  return {
    store,
    keys: new ApiKeys({
      keys: [apiKey],
      file: join(data, 'momento-keys.json'),
      clock: systemClock,
    }),
    topics: new Topics({
      store,
      clock: systemClock,
      onPublished: (message) => webhooks.published(message),
    }),
    webhooks,
    limits: new ServiceLimits({ hosted: hostedLimits, clock: systemClock }),
    log,
  };
}

/**
 * The second address of the caches: where the SDK looks for Momento's local server, and where any key is let
 * in, and none.
 */
export async function listenForMomentoLocal(
  { momentoLocalPort }: ServerConfig,
  rooms: MomentoRooms,
  closing: Closing,
): Promise<void> {
  if (momentoLocalPort === undefined) return;
  const keys = new ApiKeys({ keys: [], letAnyIn: true });
  const grpc = createMomentoGrpc({ ...rooms, keys, faults: true });
  const gateway = new MomentoGateway({
    momento: createMomentoHttp({ ...rooms, keys }),
    grpc,
    access: new AccessPolicy({ clock: systemClock }),
  });
  await gateway.listen('127.0.0.1', momentoLocalPort);
  closing.add({
    close: async () => {
      await Promise.all([gateway.close(CLOSE_GRACE_MS), grpc.close(CLOSE_GRACE_MS)]);
    },
  });
}
