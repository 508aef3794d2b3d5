import { InvalidArgumentError, Option, type Command } from 'commander';
import type { LogLevel } from '../lib/log.js';
import { UserError } from './errors.js';
import { parsePositive } from './options.js';

/** The engine's own bound; it is loaded only once the options are right. */
const MAX_STREAM_SHARDS = 128;

/** What every command that runs a server can be told. */
export interface ServerOptions {
  host: string;
  port: number;
  region: string;
  account: string;
  durability: 'strict' | 'relaxed';
  streamShards?: number;
  streamShardMaxAge?: number;
  streamShardMaxRecords?: number;
  allowedHosts: string[];
  logLevel: LogLevel;
  logFormat: 'text' | 'json';
}

/** Adds {@link ServerOptions}. Every option is also an environment variable; the option wins. */
export function withServerOptions(command: Command, defaults: { port: number }): Command {
  return command
    .addOption(
      new Option('--host <host>', 'address to listen on; beyond loopback requests must be signed')
        .default('127.0.0.1')
        .env('FRESHET_HOST'),
    )
    .addOption(
      new Option('--port <number>', 'port to listen on; 0 takes any free one')
        .default(defaults.port)
        .argParser(parsePort)
        .env('FRESHET_PORT'),
    )
    .addOption(
      new Option('--region <region>', 'region in ARNs and records')
        .default('us-east-1')
        .env('FRESHET_REGION'),
    )
    .addOption(
      new Option('--account <id>', 'account in ARNs')
        .default('000000000000')
        .argParser(parseAccount)
        .env('FRESHET_ACCOUNT'),
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
    );
}

/** Adds `--in-memory`; see {@link dataFolder}. */
export function withInMemory(command: Command): Command {
  return command.addOption(
    new Option('--in-memory', 'keep nothing: all is gone when the server stops').env(
      'FRESHET_IN_MEMORY',
    ),
  );
}

/**
 * The folder that `--data` names; undefined: in memory. Given as words, `--in-memory` wins over the variable
 * FRESHET_DATA, and the other way round. Throws UserError when both are given in the same way, or when
 * something is said that has no meaning in memory.
 */
export function dataFolder(
  command: Command,
  options: { data?: string; inMemory?: boolean },
): string | undefined {
  const source = (name: string): string | undefined => command.getOptionValueSource(name);
  if (!options.inMemory || (source('inMemory') === 'env' && source('data') === 'cli'))
    return options.data;
  if (source('data') === source('inMemory'))
    throw new UserError(
      'With --in-memory nothing goes into a folder: leave out either it or --data (FRESHET_IN_MEMORY, FRESHET_DATA).',
    );
  if (source('durability') === 'cli')
    throw new UserError('In memory nothing is durable: leave out --durability or --in-memory.');
  return undefined;
}

/** The key pair of FRESHET_ACCESS_KEY_ID and FRESHET_SECRET_ACCESS_KEY; throws when one is missing. */
export function credentialsOf(
  env: NodeJS.ProcessEnv,
): { accessKeyId: string; secretAccessKey: string } | undefined {
  const accessKeyId = env['FRESHET_ACCESS_KEY_ID'];
  const secretAccessKey = env['FRESHET_SECRET_ACCESS_KEY'];
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    throw new UserError(
      'Set both FRESHET_ACCESS_KEY_ID and FRESHET_SECRET_ACCESS_KEY, or neither.',
    );
  return accessKeyId === undefined || secretAccessKey === undefined
    ? undefined
    : { accessKeyId, secretAccessKey };
}

/** Closes the server at the first SIGTERM or SIGINT; a second one ends the process at once. */
export function closeOnSignal(server: { close(): Promise<void> }): void {
  const stop = async (): Promise<void> => {
    process.removeListener('SIGTERM', onSignal).removeListener('SIGINT', onSignal);
    await server.close();
    process.stdout.write('Freshet has stopped.\n');
  };
  const onSignal = (): void => void stop();
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}

/** What a person can mend becomes one line; the rest stays a fault of ours, with its stack. */
export function friendlyStartError(
  error: unknown,
  options: { host: string; port: number; data?: string },
): unknown {
  if (!(error instanceof Error)) return error;
  const code = (error as NodeJS.ErrnoException).code;
  const at = `${options.host}:${String(options.port)}`;
  if (code === 'EADDRINUSE')
    return new UserError(`${at} is in use. Stop what listens there, or start with another --port.`);
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return new UserError(
      `Cannot listen on ${at}${options.data === undefined ? '' : ` or write to ${options.data}`}: ${error.message}`,
    );
  if (
    error.name === 'StartError' ||
    error.name === 'TemplateError' ||
    error.name === 'DataFolderError' ||
    error.name === 'DataFolderInUseError' ||
    error.name === 'DamagedFolderError'
  )
    return new UserError(error.message);
  return error;
}

export function parsePort(text: string): number {
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
export function parseTime(text: string): number {
  const match = /^([1-9]\d{0,5})([smh])$/.exec(text);
  if (!match) throw new InvalidArgumentError('Write a time as 30s, 10m or 4h.');
  return Number(match[1]) * { s: 1_000, m: 60_000, h: 3_600_000 }[match[2] as 's' | 'm' | 'h'];
}

function parseAccount(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('An account id has twelve digits.');
  return text;
}

/** Which private addresses requests of the server may go to. */
export function egressAllowOption(description: string): Option {
  return new Option('--egress-allow <list>', description)
    .default([])
    .argParser(parseList)
    .env('FRESHET_EGRESS_ALLOW');
}

function parseList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
