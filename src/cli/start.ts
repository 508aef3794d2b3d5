import { Option, type Command, InvalidArgumentError } from 'commander';
import type { ServerConfig } from '../server/index.js';
import {
  cacheBackendOption,
  cacheKeyFormatOption,
  hostedLimitsOption,
  MOMENTO_LOCAL_PORT,
} from './momento.js';
import { parsePositive } from './options.js';
import {
  closeOnSignal,
  credentialsOf,
  dataFolder,
  friendlyStartError,
  egressAllowOption,
  parsePort,
  parseTime,
  withInMemory,
  withServerOptions,
  type ServerOptions,
} from './server-options.js';
import { version } from './version.js';

interface StartOptions extends ServerOptions {
  template?: string;
  parameter: Record<string, string>;
  dynamicReferences?: string;
  data: string;
  inMemory?: boolean;
  cacheMaxMb: number;
  cacheBackend: string;
  cacheKeyFormat?: string;
  momentoLocal?: number;
  hostedLimits?: boolean;
  allowHttp?: boolean;
  egressAllow: string[];
  sourceEndpoint?: string;
  sourceRegion?: string;
  sourcePoll?: number;
}

/** Adds `freshet start`. */
export function addStartCommand(program: Command): void {
  const command = program
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
      new Option(
        '--dynamic-references <file>',
        "what the template's {{resolve:…}} stand for (YAML or JSON), by the name of secret or parameter",
      ).env('FRESHET_DYNAMIC_REFERENCES'),
    )
    .addOption(
      new Option('--data <dir>', 'folder that holds all state')
        .default('.freshet')
        .env('FRESHET_DATA'),
    );
  withServerOptions(withInMemory(command), { port: 4566 })
    .addOption(
      new Option('--cache-max-mb <number>', 'memory bound of each cache in MiB')
        .default(1024)
        .argParser(parsePositive)
        .env('FRESHET_CACHE_MAX_MB'),
    )
    .addOption(
      new Option(
        '--momento-local [port]',
        "serve the caches on 127.0.0.1:8080 as well, where the Momento SDK's forMomentoLocal looks, and let any key in there",
      )
        .preset(MOMENTO_LOCAL_PORT)
        .argParser(parsePort)
        .env('FRESHET_MOMENTO_LOCAL'),
    )
    .addOption(cacheBackendOption())
    .addOption(cacheKeyFormatOption())
    .addOption(hostedLimitsOption())
    .addOption(
      new Option('--allow-http', 'let API destinations use http beyond loopback').env(
        'FRESHET_ALLOW_HTTP',
      ),
    )
    .addOption(
      egressAllowOption(
        'private addresses (CIDR) or hosts that destinations and webhooks may reach',
      ),
    )
    .addOption(
      new Option(
        '--source-endpoint <url>',
        "where pipes read streams that are not of this server's tables (default: AWS, for other accounts and regions)",
      )
        .argParser(parseEndpoint)
        .env('FRESHET_SOURCE_ENDPOINT'),
    )
    .addOption(
      new Option(
        '--source-region <region>',
        "region to sign for when reading there (default: of the stream's ARN)",
      ).env('FRESHET_SOURCE_REGION'),
    )
    .addOption(
      new Option(
        '--source-poll <time>',
        'longest wait between two looks at an idle shard there (default: 1s)',
      )
        .argParser(parseTime)
        .env('FRESHET_SOURCE_POLL'),
    )
    .addHelpText(
      'after',
      `
Each option is also an environment variable: FRESHET_DATA, FRESHET_PORT and so on.
FRESHET_MOMENTO_API_KEY sets the cache's API key; without it one is made at the first start.
FRESHET_ACCESS_KEY_ID and FRESHET_SECRET_ACCESS_KEY set the key pair that must sign requests
beyond loopback. Streams elsewhere are read with the credentials that the AWS SDK finds
(AWS_ACCESS_KEY_ID, AWS_PROFILE, roles ...).`,
    )
    .action(start);
}

async function start(options: StartOptions, command: Command): Promise<void> {
  const { startServer, summary } = await import('../server/index.js');
  const server = await startServer(configOf(options, command)).catch((error: unknown) => {
    throw friendlyStartError(error, options);
  });
  closeOnSignal(server); // before anybody can know that it runs
  process.stdout.write(summary(server, version));
}

function configOf(options: StartOptions, command: Command): ServerConfig {
  const momentoApiKey = process.env['FRESHET_MOMENTO_API_KEY'];
  const credentials = credentialsOf(process.env);
  const { streamShards, streamShardMaxAge, streamShardMaxRecords, template } = options;
  const { dynamicReferences } = options;
  const { momentoLocal, sourceEndpoint, sourceRegion, sourcePoll } = options;
  return {
    data: options.data,
    inMemory: dataFolder(command, options) === undefined,
    host: options.host,
    port: options.port,
    region: options.region,
    accountId: options.account,
    parameters: options.parameter,
    cacheBackend: options.cacheBackend,
    ...(options.cacheKeyFormat !== undefined && { cacheKeyFormat: options.cacheKeyFormat }),
    hostedLimits: options.hostedLimits ?? false,
    ...(momentoLocal !== undefined && { momentoLocalPort: momentoLocal }),
    cacheMaxBytes: options.cacheMaxMb * 1024 * 1024,
    durability: options.durability,
    allowHttp: options.allowHttp ?? false,
    egressAllow: options.egressAllow,
    remoteSource: {
      ...(sourceEndpoint !== undefined && { endpoint: sourceEndpoint }),
      ...(sourceRegion !== undefined && { region: sourceRegion }),
      ...(sourcePoll !== undefined && { maxIdleMs: sourcePoll }),
    },
    allowedHosts: options.allowedHosts,
    logLevel: options.logLevel,
    logFormat: options.logFormat,
    ...(streamShards !== undefined && { streamShards }),
    ...(streamShardMaxAge !== undefined && { streamShardMaxAgeMs: streamShardMaxAge }),
    ...(streamShardMaxRecords !== undefined && { streamShardMaxRecords }),
    ...(template !== undefined && { template }),
    ...(dynamicReferences !== undefined && { dynamicReferences }),
    ...(momentoApiKey !== undefined && { momentoApiKey }),
    ...(credentials && { credentials }),
  };
}

function parseEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new InvalidArgumentError('Give a URL, e.g. http://127.0.0.1:8000.');
  if (url.username !== '' || url.password !== '')
    throw new InvalidArgumentError(
      'Leave credentials out of the URL: the AWS SDK takes them from its environment or profile.',
    );
  return text;
}

function collectParameter(text: string, all: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Write it as Name=value.');
  return { ...all, [text.slice(0, at)]: text.slice(at + 1) };
}
