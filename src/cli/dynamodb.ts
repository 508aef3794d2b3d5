import { Option, type Command } from 'commander';
import { createLog } from '../lib/log.js';
import {
  closeOnSignal,
  credentialsOf,
  dataFolder,
  friendlyStartError,
  withInMemory,
  withServerOptions,
  type ServerOptions,
} from './server-options.js';
import { version } from './version.js';

interface DynamoDbCommandOptions extends ServerOptions {
  data?: string;
  inMemory?: boolean;
}

/** Adds `freshet dynamodb`. */
export function addDynamoDbCommand(program: Command): void {
  const command = program
    .command('dynamodb')
    .description('start DynamoDB and its streams alone, in the place of DynamoDB Local')
    .addOption(
      new Option(
        '--data <dir>',
        'folder that holds the tables (default: in memory, gone when it stops)',
      ).env('FRESHET_DATA'),
    );
  withServerOptions(withInMemory(command), { port: 8000 })
    .addHelpText(
      'after',
      `
In the way of DynamoDB Local, -port, -dbPath, -inMemory, -sharedDb and -disableTelemetry are understood, too.
On loopback any key pair is taken, as by DynamoDB Local. Beyond loopback requests must be signed with the key
pair in FRESHET_ACCESS_KEY_ID and FRESHET_SECRET_ACCESS_KEY.`,
    )
    .action(start);
}

async function start(options: DynamoDbCommandOptions, command: Command): Promise<void> {
  const data = dataFolder(command, options);
  const { startDynamoDb } = await import('../server/dynamodb.js');
  const credentials = credentialsOf(process.env);
  const { streamShards, streamShardMaxAge, streamShardMaxRecords } = options;
  const server = await startDynamoDb({
    host: options.host,
    port: options.port,
    region: options.region,
    accountId: options.account,
    durability: options.durability,
    allowedHosts: options.allowedHosts,
    log: createLog({ level: options.logLevel, format: options.logFormat }),
    ...(data !== undefined && { path: data }),
    ...(streamShards !== undefined && { streamShards }),
    ...(streamShardMaxAge !== undefined && { shardMaxAgeMs: streamShardMaxAge }),
    ...(streamShardMaxRecords !== undefined && { shardMaxRecords: streamShardMaxRecords }),
    ...(credentials && { credentials }),
  }).catch((error: unknown) => {
    throw friendlyStartError(error, options);
  });
  closeOnSignal(server); // before anybody can know that it runs
  const place = data === undefined ? 'in memory: all is gone when it stops' : `data in ${data}`;
  const { accessKeyId, secretAccessKey } = server.clientConfig.credentials;
  const keys = credentials
    ? ''
    : `AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey} `;
  process.stdout.write(
    `Freshet ${version}: DynamoDB is ready at ${server.endpoint}, ${place}\n` +
      `Try: ${keys}aws dynamodb list-tables --region ${server.region} --endpoint-url ${server.endpoint}\n`,
  );
}
