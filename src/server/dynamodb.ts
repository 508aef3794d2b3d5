import { openDynamoDb, type DynamoDbOptions } from '../dynamodb/index.js';
import { callerIdentity } from '../control/index.js';
import { AccessPolicy, Gateway, type Credentials } from '../gateway/index.js';
import { systemClock } from '../lib/clock.js';
import { silentLog } from '../lib/log.js';
import { isLoopback, localEndpoint } from './config.js';
import { StartError } from './start-error.js';

export { openDynamoDb } from '../dynamodb/index.js';
export type { DynamoDb, DynamoDbOptions, ItemOutput, PageOutput } from '../dynamodb/index.js';

/** How long requests at work may take when the server is closed. */
const CLOSE_GRACE_MS = 2_000;
const DEFAULT_REGION = 'us-east-1';
const DEFAULT_ACCOUNT = '000000000000';

export interface StartDynamoDbOptions extends Partial<DynamoDbOptions> {
  /** Loopback when not given. Beyond it `credentials` are needed, and every request must be signed with them. */
  host?: string;
  /** Any free port when not given. */
  port?: number;
  credentials?: Credentials;
  /** Further names by which a server on loopback may be addressed. */
  allowedHosts?: readonly string[];
}

/** A DynamoDB that listens. */
export interface RunningDynamoDb {
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  /** For the constructor of the AWS SDK's clients: `new DynamoDBClient(running.clientConfig)`. */
  readonly clientConfig: { endpoint: string; region: string; credentials: Credentials };
  /** Lets requests end, keeps what is stored on disk, and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts DynamoDB and its streams alone, in this process. Without `path` everything is in memory and ends with
 * {@link RunningDynamoDb.close}. Several may run in one process.
 *
 * Rejects with node's own error when the port is taken, and when the data folder is in use.
 */
export async function startDynamoDb(options: StartDynamoDbOptions = {}): Promise<RunningDynamoDb> {
  const { host = '127.0.0.1', port: wantedPort = 0, credentials, allowedHosts = [] } = options;
  if (!isLoopback(host) && !credentials)
    throw new StartError(
      `Beyond loopback requests must be signed: to listen on ${host} give credentials (FRESHET_ACCESS_KEY_ID and FRESHET_SECRET_ACCESS_KEY).`,
    );
  const log = options.log ?? silentLog;
  const region = options.region ?? DEFAULT_REGION;
  const accountId = options.accountId ?? DEFAULT_ACCOUNT;
  const db = await openDynamoDb({ ...options, region, accountId, log });
  const gateway = new Gateway({
    dynamodb: db,
    identity: callerIdentity({ region, accountId }),
    access: new AccessPolicy({
      ...(!isLoopback(host) && credentials && { credentials }),
      allowedHosts,
      clock: systemClock,
    }),
    log,
  });
  const { port } = await gateway.listen(host, wantedPort).catch(async (error: unknown) => {
    await db.close();
    throw error;
  });
  const endpoint = localEndpoint(host, port);
  const signedWith = credentials ?? { accessKeyId: 'local', secretAccessKey: 'local' };
  let closing: Promise<void> | undefined;
  return {
    endpoint,
    port,
    region,
    clientConfig: { endpoint, region, credentials: signedWith },
    close: () => (closing ??= gateway.close(CLOSE_GRACE_MS).then(() => db.close())),
  };
}
