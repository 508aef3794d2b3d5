import { readFileSync } from 'node:fs';
import type { Cluster, Redis, RedisOptions } from 'iovalkey';
import { invalidArgument } from '../momento-error.js';

export type Client = Redis | Cluster;

/** A connection that is not there is waited for so long, then the operation fails. */
const CONNECT_TIMEOUT_MS = 3_000;
const COMMAND_TIMEOUT_MS = 5_000;
const MAX_RETRIES = 2;

/** Where a Valkey or Redis server is, and how it is spoken to. */
export interface Address {
  host: string;
  port: number;
  database: number;
  isCluster: boolean;
  options: RedisOptions;
}

/**
 * Reads `valkey://[[user]:password@]host[:port][/database]`; `valkeys` with TLS; `redis` and `rediss` mean the
 * same; `?cluster=true` for a cluster, `?ca=FILE` with TLS. Throws INVALID_ARGUMENT.
 */
export function parseAddress(url: URL): Address {
  const isTls = /^(valkeys|rediss):$/.test(url.protocol);
  for (const name of url.searchParams.keys())
    if (name !== 'cluster' && name !== 'ca')
      throw invalidArgument(
        `The URL of the cache backend has a parameter '${name}'; there are cluster=true and ca=FILE.`,
      );
  const cluster = url.searchParams.get('cluster') ?? 'false';
  if (cluster !== 'true' && cluster !== 'false')
    throw invalidArgument(`cluster is '${cluster}' in the URL of the cache backend; use true.`);
  const database = url.pathname.slice(1) || '0';
  if (!/^\d+$/.test(database))
    throw invalidArgument(
      `The cache backend's database is '${database}'; it must be a number, e.g. valkey://127.0.0.1:6379/1.`,
    );
  const ca = url.searchParams.get('ca');
  if (ca !== null && !isTls)
    throw invalidArgument('ca is for TLS: begin the URL of the cache backend with valkeys://.');
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port || 6379),
    database: Number(database),
    isCluster: cluster === 'true',
    options: {
      ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
      ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
      // Each node's certificate is checked against the address under which that node is called.
      ...(isTls && { tls: ca === null ? {} : { ca: readCertificate(ca) } }),
      connectTimeout: CONNECT_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      maxRetriesPerRequest: MAX_RETRIES,
      // What was under way when a connection broke may have been done; sent again, it would count twice.
      autoResendUnfulfilledCommands: false,
      // Done by those who listen, who must know when it is done.
      autoResubscribe: false,
    },
  };
}

function readCertificate(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw invalidArgument(
      `The certificate authority of the cache backend cannot be read: ${(error as Error).message}`,
    );
  }
}

/** Opens a connection, or those to a cluster's nodes; `onError` is told why one cannot be made. */
export function openClient(
  valkey: Pick<typeof import('iovalkey'), 'Cluster' | 'Redis'>,
  { host, port, database, isCluster, options }: Address,
  onError: (error: Error) => void,
): Client {
  const client = isCluster
    ? new valkey.Cluster([{ host, port }], { redisOptions: options })
    : new valkey.Redis({ ...options, host, port, db: database });
  // Each command tells its own failure; without a listener the process would end.
  client.on('error', onError);
  if (isCluster) client.on('node error', onError);
  return client;
}
