import { isIP } from 'node:net';
import type { LogLevel } from '../lib/log.js';
import type { RemoteSourceOptions } from '../streams/index.js';

/** What a server is started with. Each member is also an option of `freshet start` and a FRESHET_ variable. */
export interface ServerConfig {
  /** Folder that holds all state. */
  data: string;
  /** Nothing is kept: `data` is not used. */
  inMemory: boolean;
  host: string;
  /** 0: any free port. */
  port: number;
  region: string;
  accountId: string;
  /** CloudFormation template to bring up. */
  template?: string;
  /** Parameters of the template. */
  parameters: Readonly<Record<string, string>>;
  /** File of what the template's dynamic references stand for. */
  dynamicReferences?: string;
  /** API key of the embedded cache; one is made when it is not given. */
  momentoApiKey?: string;
  /** Port on loopback where any key is let in to the caches; not listened on when it is not given. */
  momentoLocalPort?: number;
  /** Whether the hosted Momento's published limits are applied to the caches. */
  hostedLimits: boolean;
  /** What keeps the caches: `memory`, or the URL of a Valkey or Redis server. */
  cacheBackend: string;
  /** Where items lie on that server. */
  cacheKeyFormat?: string;
  /** Largest memory of one cache in bytes. */
  cacheMaxBytes: number;
  /** `strict`: an answered write is on the disk. `relaxed`: the operating system has it. */
  durability: 'strict' | 'relaxed';
  /** Open shards of each stream; when not given, as the service has them. */
  streamShards?: number;
  /** After so many milliseconds a stream's shard is closed and followed by another. */
  streamShardMaxAgeMs?: number;
  /** After so many records likewise; without a limit when not given. */
  streamShardMaxRecords?: number;
  /** Whether API destinations may have http endpoints beyond loopback. */
  allowHttp: boolean;
  /** Address ranges and hosts that destinations may reach though they are private. */
  egressAllow: readonly string[];
  /** Where and how streams are read that are not of the server's own tables. */
  remoteSource: RemoteSourceOptions;
  /** Further names by which a server on loopback may be addressed. */
  allowedHosts: readonly string[];
  /** Key pair that signs requests when the server listens beyond loopback. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
  logLevel: LogLevel;
  logFormat: 'text' | 'json';
}

/** Whether only programs on this machine can reach a server that listens there. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

/** Base URL under which the server reaches itself. */
export function localEndpoint(
  host: string,
  port: number,
  scheme: 'http' | 'https' = 'http',
): string {
  if (host === '0.0.0.0' || host === '') return `${scheme}://127.0.0.1:${String(port)}`;
  if (host === '::') return `${scheme}://[::1]:${String(port)}`;
  return `${scheme}://${isIP(host) === 6 ? `[${host}]` : host}:${String(port)}`;
}
