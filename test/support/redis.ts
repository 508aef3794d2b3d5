import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { freePort } from '../../tools/free-port.js';
import { eventually } from './freshet.js';

/** A `redis-server` of its own that keeps nothing unless told to. */
export interface RedisProcess {
  url: string;
  port: number;
  stop(): Promise<void>;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** Starts it again where it was. */
  restart(): Promise<void>;
}

export interface RedisOptions {
  /** Options of the command; a later one overrides an earlier. */
  args?: string[];
  /** Another port than a free one to wait for, e.g. that of TLS. */
  port?: number;
}

/** Starts a `redis-server` and resolves when it listens. */
export async function startRedis({ args = [], port }: RedisOptions = {}): Promise<RedisProcess> {
  const at = port ?? (await freePort());
  const common = ['--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const start = async (): Promise<(signal: NodeJS.Signals) => Promise<void>> => {
    const own = port === undefined ? ['--port', String(at)] : [];
    const child = spawn('redis-server', [...own, ...common, ...args], { stdio: 'ignore' });
    const exit = once(child, 'exit');
    await eventually('redis-server listens', async () => {
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}.`);
      const socket = connect(at, '127.0.0.1');
      const isOpen = await once(socket, 'connect').then(
        () => true,
        () => undefined,
      );
      socket.destroy();
      return isOpen;
    });
    return async (signal) => {
      child.kill(signal);
      await exit;
    };
  };
  let end = await start();
  return {
    url: `valkey://127.0.0.1:${at}`,
    port: at,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    restart: async () => {
      end = await start();
    },
  };
}
