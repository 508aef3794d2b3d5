import { InvalidArgumentError, Option, type Command } from 'commander';
import type { LogLevel } from '../lib/log.js';
import { UserError } from './errors.js';
import { addKeyCommands } from './momento-keys.js';
import { parsePositive } from './options.js';
import {
  closeOnSignal,
  egressAllowOption,
  friendlyStartError,
  parsePort,
} from './server-options.js';
import { version } from './version.js';

interface MomentoOptions {
  host: string;
  httpPort?: number;
  grpcPort: number;
  tlsCert?: string;
  tlsKey?: string;
  data?: string;
  createCache: string[];
  cacheMaxMb: number;
  cacheBackend: string;
  cacheKeyFormat?: string;
  hostedLimits?: boolean;
  egressAllow: string[];
  logLevel: LogLevel;
  logFormat: 'text' | 'json';
}

/** Where the SDK's `forMomentoLocal` looks (recorded). */
export const MOMENTO_LOCAL_PORT = 8080;

/** Adds `freshet momento` and its key commands. */
export function addMomentoCommand(program: Command): void {
  const command = program
    .command('momento')
    .description("start the Momento-compatible cache alone, in the place of Momento's local server")
    .addOption(
      new Option('--host <host>', 'address to listen on; beyond loopback an API key is needed')
        .default('127.0.0.1')
        .env('FRESHET_HOST'),
    )
    .addOption(
      new Option('--grpc-port <number>', 'port of the gRPC API; 0 takes any free one')
        .default(MOMENTO_LOCAL_PORT)
        .argParser(parsePort)
        .env('FRESHET_GRPC_PORT'),
    )
    .addOption(
      new Option('--http-port <number>', 'port of the HTTP API (default: the same port)')
        .argParser(parsePort)
        .env('FRESHET_HTTP_PORT'),
    )
    .addOption(
      new Option(
        '--tls-cert <file>',
        'certificate for TLS on the same ports, as PEM; needs --tls-key. Beyond loopback nothing else is served then',
      ).env('FRESHET_TLS_CERT'),
    )
    .addOption(
      new Option('--tls-key <file>', "the certificate's private key, as PEM").env(
        'FRESHET_TLS_KEY',
      ),
    )
    .addOption(
      new Option(
        '--data <dir>',
        'folder that keeps caches and keys (default: in memory, gone when it stops)',
      ).env('FRESHET_DATA'),
    )
    .option('--create-cache <name>', 'a cache to make at the start; may be repeated', collect, [])
    .addOption(
      new Option('--cache-max-mb <number>', 'memory bound of each cache in MiB')
        .default(1024)
        .argParser(parsePositive)
        .env('FRESHET_CACHE_MAX_MB'),
    )
    .addOption(cacheBackendOption())
    .addOption(cacheKeyFormatOption())
    .addOption(hostedLimitsOption())
    .addOption(egressAllowOption('private addresses (CIDR) or hosts that webhooks may reach'))
    .addOption(
      new Option('--log-level <level>', 'what to log')
        .choices(['debug', 'info', 'warn', 'error'])
        .default('info')
        .env('FRESHET_LOG_LEVEL'),
    )
    .addOption(
      new Option('--log-format <format>', 'form of log lines')
        .choices(['text', 'json'])
        .default('text')
        .env('FRESHET_LOG_FORMAT'),
    )
    .addHelpText(
      'after',
      `
Any API key is let in, and none, as by Momento's local server: it is meant for this machine alone. With
FRESHET_MOMENTO_API_KEY only that key is, which is needed beyond loopback.`,
    )
    .action(start);
  addKeyCommands(command);
}

export function cacheBackendOption(): Option {
  return new Option(
    '--cache-backend <where>',
    'what keeps the caches: memory, or a Valkey or Redis server, e.g. valkey://127.0.0.1:6379; valkeys:// with TLS; ?cluster=true',
  )
    .default('memory')
    .env('FRESHET_CACHE_BACKEND');
}

export function cacheKeyFormatOption(): Option {
  return new Option(
    '--cache-key-format <format>',
    'where items lie on that server (default: {cache}:{key})',
  ).env('FRESHET_CACHE_KEY_FORMAT');
}

export function hostedLimitsOption(): Option {
  return new Option(
    '--hosted-limits',
    "apply the hosted Momento's published limits (100 operations a second ...) and answer like its throttling",
  ).env('FRESHET_HOSTED_LIMITS');
}

async function start(options: MomentoOptions): Promise<void> {
  const { startMomento } = await import('../server/momento.js');
  const { createLog } = await import('../lib/log.js');
  const apiKey = process.env['FRESHET_MOMENTO_API_KEY'];
  const { host, grpcPort, httpPort, data, tlsCert, tlsKey } = options;
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new UserError('For TLS give both --tls-cert and --tls-key.');
  const tls = tlsCert !== undefined && tlsKey !== undefined && { cert: tlsCert, key: tlsKey };
  const server = await startMomento({
    host,
    // Asked for any free port, both take the same one.
    httpPort: httpPort ?? grpcPort,
    ...(httpPort !== undefined && { grpcPort }),
    ...(tls && { tls }),
    ...(data !== undefined && { path: data }),
    ...(apiKey !== undefined && { apiKeys: [apiKey] }),
    caches: options.createCache,
    backend: options.cacheBackend,
    ...(options.cacheKeyFormat !== undefined && { keyFormat: options.cacheKeyFormat }),
    maxBytesPerCache: options.cacheMaxMb * 1024 * 1024,
    hostedLimits: options.hostedLimits ?? false,
    egressAllow: options.egressAllow,
    log: createLog({ level: options.logLevel, format: options.logFormat }),
  }).catch((error: unknown) => {
    if ((error as { grpcStatus?: string }).grpcStatus !== undefined)
      throw new UserError((error as Error).message);
    throw friendlyStartError(error, {
      host,
      port: httpPort ?? grpcPort,
      ...(data !== undefined && { data }),
    });
  });
  closeOnSignal(server); // before anybody can know that it runs
  const place = data === undefined ? 'in memory: all is gone when it stops' : `data in ${data}`;
  process.stdout.write(
    `Freshet ${version}: Momento's HTTP API is ready at ${server.endpoint}, its gRPC API at ${host}:${String(server.grpcPort)}${tls ? ', both with TLS' : ''}, ${place}\n` +
      `Try: CredentialProvider.forMomentoLocal({ hostname: '${host}', port: ${String(server.grpcPort)} })\n`,
  );
}

function collect(name: string, all: string[]): string[] {
  if (name.trim() === '') throw new InvalidArgumentError('A cache needs a name.');
  return [...all, name];
}
