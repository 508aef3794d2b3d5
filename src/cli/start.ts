import { Command, InvalidArgumentError, Option } from 'commander';
import type { LogLevel } from '../lib/log.js';
import type { ServerConfig } from '../server/index.js';
import { UserError } from './errors.js';
import { parsePositive } from './options.js';
import { version } from './version.js';

/** The engine's own bound; it is loaded only once the options are right. */
const MAX_STREAM_SHARDS = 128;

interface StartOptions {
  template?: string;
  parameter: Record<string, string>;
  data: string;
  host: string;
  port: number;
  region: string;
  account: string;
  cacheMaxMb: number;
  durability: 'strict' | 'relaxed';
  streamShards?: number;
  streamShardMaxAge?: number;
  streamShardMaxRecords?: number;
  allowHttp?: boolean;
  egressAllow: string[];
  allowedHosts: string[];
  logLevel: LogLevel;
  logFormat: 'text' | 'json';
}

/** Adds `freshet start`. Every option is also an environment variable; the option wins. */
export function addStartCommand(program: Command): void {
  program
    .command('start')
    .description('start the server: tables, pipes and caches on one port')
    .addOption(
      new Option('--template <file>', 'bring up a CloudFormation template (YAML or JSON)').env(
        'FRESHET_TEMPLATE',
      ),
    )
    .option(
      '--parameter <Name=value>',
      'a parameter of the template; may be repeated',
      collectParameter,
      {},
    )
    .addOption(
      new Option('--data <dir>', 'folder that holds all state')
        .default('.freshet')
        .env('FRESHET_DATA'),
    )
    .addOption(
      new Option('--host <host>', 'address to listen on; beyond loopback requests must be signed')
        .default('127.0.0.1')
        .env('FRESHET_HOST'),
    )
    .addOption(
      new Option('--port <number>', 'port to listen on; 0 takes any free one')
        .default(4566)
        .argParser(parsePort)
        .env('FRESHET_PORT'),
    )
    .addOption(
      new Option('--region <name>', 'AWS region that ARNs name')
        .default('us-east-1')
        .env('FRESHET_REGION'),
    )
    .addOption(
      new Option('--account <id>', 'AWS account id that ARNs name')
        .default('000000000000')
        .argParser(parseAccount)
        .env('FRESHET_ACCOUNT'),
    )
    .addOption(
      new Option('--cache-max-mb <number>', 'memory bound of each cache in MiB')
        .default(1024)
        .argParser(parsePositive)
        .env('FRESHET_CACHE_MAX_MB'),
    )
    .addOption(
      new Option(
        '--durability <mode>',
        'strict: an answered write is on the disk; relaxed: the operating system has it',
      )
        .choices(['strict', 'relaxed'])
        .default('strict')
        .env('FRESHET_DURABILITY'),
    )
    .addOption(
      new Option(
        '--stream-shards <number>',
        'open shards of each stream (default: 4 on demand, else by capacity, as DynamoDB)',
      )
        .argParser(parseShards)
        .env('FRESHET_STREAM_SHARDS'),
    )
    .addOption(
      new Option(
        '--stream-shard-max-age <time>',
        'close a shard after this time, e.g. 30s, 10m (default: 4h)',
      )
        .argParser(parseTime)
        .env('FRESHET_STREAM_SHARD_MAX_AGE'),
    )
    .addOption(
      new Option(
        '--stream-shard-max-records <number>',
        'close a shard after so many records (default: no limit)',
      )
        .argParser(parsePositive)
        .env('FRESHET_STREAM_SHARD_MAX_RECORDS'),
    )
    .addOption(
      new Option('--allow-http', 'let API destinations use http beyond loopback').env(
        'FRESHET_ALLOW_HTTP',
      ),
    )
    .addOption(
      new Option(
        '--egress-allow <list>',
        'private addresses (CIDR) or hosts that destinations may reach',
      )
        .default([])
        .argParser(parseList)
        .env('FRESHET_EGRESS_ALLOW'),
    )
    .addOption(
      new Option('--allowed-hosts <list>', 'further host names of a server on loopback')
        .default([])
        .argParser(parseList)
        .env('FRESHET_ALLOWED_HOSTS'),
    )
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
Each option is also an environment variable: FRESHET_DATA, FRESHET_PORT and so on.
FRESHET_MOMENTO_API_KEY sets the cache's API key; without it one is made at the first start.
FRESHET_ACCESS_KEY_ID and FRESHET_SECRET_ACCESS_KEY set the key pair that must sign requests
beyond loopback.`,
    )
    .action(start);
}

async function start(options: StartOptions): Promise<void> {
  const { startServer, summary } = await import('../server/index.js');
  const server = await startServer(configOf(options)).catch((error: unknown) => {
    throw friendly(error, options);
  });
  process.stdout.write(summary(server, version));
  const stop = async (): Promise<void> => {
    process.removeListener('SIGTERM', onSignal).removeListener('SIGINT', onSignal);
    await server.close();
    process.stdout.write('Freshet has stopped.\n');
  };
  const onSignal = (): void => void stop();
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}

function configOf(options: StartOptions): ServerConfig {
  const env = process.env;
  const { FRESHET_MOMENTO_API_KEY: momentoApiKey, FRESHET_ACCESS_KEY_ID: accessKeyId } = env;
  const secretAccessKey = env['FRESHET_SECRET_ACCESS_KEY'];
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    throw new UserError(
      'Set both FRESHET_ACCESS_KEY_ID and FRESHET_SECRET_ACCESS_KEY, or neither.',
    );
  return {
    data: options.data,
    host: options.host,
    port: options.port,
    region: options.region,
    accountId: options.account,
    parameters: options.parameter,
    cacheMaxBytes: options.cacheMaxMb * 1024 * 1024,
    durability: options.durability,
    allowHttp: options.allowHttp ?? false,
    egressAllow: options.egressAllow,
    allowedHosts: options.allowedHosts,
    logLevel: options.logLevel,
    logFormat: options.logFormat,
    ...(options.streamShards !== undefined && { streamShards: options.streamShards }),
    ...(options.streamShardMaxAge !== undefined && {
      streamShardMaxAgeMs: options.streamShardMaxAge,
    }),
    ...(options.streamShardMaxRecords !== undefined && {
      streamShardMaxRecords: options.streamShardMaxRecords,
    }),
    ...(options.template !== undefined && { template: options.template }),
    ...(momentoApiKey !== undefined && { momentoApiKey }),
    ...(accessKeyId !== undefined &&
      secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey } }),
  };
}

/** What a person can mend becomes one line; the rest stays a fault of ours, with its stack. */
function friendly(error: unknown, options: StartOptions): unknown {
  if (!(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const at = `${options.host}:${String(options.port)}`;
  if (code === 'EADDRINUSE')
    return new UserError(`${at} is in use. Stop what listens there, or start with another --port.`);
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return new UserError(`Cannot listen on ${at} or write to ${options.data}: ${error.message}`);
  if (
    error.name === 'StartError' ||
    error.name === 'TemplateError' ||
    error.name === 'DataFolderInUseError'
  )
    return new UserError(error.message);
  return error;
}

function collectParameter(text: string, all: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as Name=value.');
  return { ...all, [text.slice(0, at)]: text.slice(at + 1) };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return port;
}

function parseShards(text: string): number {
  const shards = Number(text);
  if (!/^\d{1,3}$/.test(text) || shards < 1 || shards > MAX_STREAM_SHARDS)
    throw new InvalidArgumentError(
      `Give a number of shards from 1 to ${String(MAX_STREAM_SHARDS)}.`,
    );
  return shards;
}

/** Milliseconds. */
function parseTime(text: string): number {
  const match = /^([1-9]\d{0,5})([smh])$/.exec(text);
  if (!match) throw new InvalidArgumentError('Write a time as 30s, 10m or 4h.');
  return Number(match[1]) * { s: 1_000, m: 60_000, h: 3_600_000 }[match[2] as 's' | 'm' | 'h'];
}

function parseAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('An account id has twelve digits.');
  return text;
}

function parseList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
