import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'iovalkey';
import { freePort } from '../../tools/free-port.js';
import { eventually } from './freshet.js';
import { startRedis, type RedisProcess } from './redis.js';

const SLOTS = 16_384;
const NODES = 3;

/** Masters of `redis-server`, each with a third of the slots. */
export interface RedisCluster {
  nodes: RedisProcess[];
  /** Calls one node. */
  run(node: number, command: string, ...args: (string | number)[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts a cluster and resolves when all its nodes say that it is whole. */
export async function startRedisCluster(): Promise<RedisCluster> {
  const directory = mkdtempSync(join(tmpdir(), 'freshet-cluster-'));
  const starts = Array.from({ length: NODES }, async (_, i) => {
    const [port, bus] = [await freePort(), await freePort()];
    const node = await startRedis({
      port,
      args: [
        ...['--port', String(port), '--cluster-enabled', 'yes', '--cluster-port', String(bus)],
        ...['--cluster-config-file', join(directory, `nodes-${i}.conf`)],
        ...['--cluster-node-timeout', '1000'],
      ],
    });
    return { node, bus, client: new Redis({ port, host: '127.0.0.1' }) };
  });
  const started = await Promise.all(starts);
  const clients = started.map(({ client }) => client);
  for (const client of clients) client.on('error', () => {}); // One that is stopped on purpose.
  const first = started[0]!;
  await Promise.all(
    started.map(async ({ client }, i) => {
      const [from, to] = [i, i + 1].map((part) => Math.floor((part * SLOTS) / NODES));
      await client.call('CLUSTER', 'SET-CONFIG-EPOCH', i + 1);
      await client.call('CLUSTER', 'ADDSLOTSRANGE', from!, to! - 1);
      if (i > 0) await client.call('CLUSTER', 'MEET', '127.0.0.1', first.node.port, first.bus);
    }),
  );
  await eventually('the cluster is whole', async () => {
    const told = await Promise.all(clients.map((client) => client.call('CLUSTER', 'INFO')));
    const isWhole = told.every(
      (info) => /cluster_state:ok/.test(String(info)) && /cluster_known_nodes:3/.test(String(info)),
    );
    return isWhole ? true : undefined;
  });
  return {
    nodes: started.map(({ node }) => node),
    run: (node, command, ...args) => clients[node]!.call(command, ...args),
    stop: async () => {
      for (const client of clients) client.disconnect();
      await Promise.all(started.map(({ node }) => node.stop()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
