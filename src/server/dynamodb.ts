import { openDynamoDb, type DynamoDb, type DynamoDbOptions } from '../dynamodb/index.js';
import { AccessPolicy, Gateway, type Credentials } from '../gateway/index.js';
import { systemClock } from '../lib/clock.js';
import { silentLog } from '../lib/log.js';
import { isLoopback, localEndpoint } from './config.js';
import { checkOptions } from './dynamodb-options.js';
import { StartError } from './start-error.js';

export {
  DamagedFolderError,
  DataFolderError,
  DataFolderInUseError,
  openDynamoDb,
} from '../dynamodb/index.js';
export type {
  DynamoDb,
  DynamoDbOptions,
  ItemOutput,
  PageOutput,
  StoredStreamRecord,
  StreamLog,
  StreamPosition,
  StreamShard,
  StreamViewType,
} from '../dynamodb/index.js';
export type { AttributeValue, Item } from '../lib/attribute-value.js';

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
  /**
   * Forgets all tables and streams, in a few milliseconds; the endpoint stays. Only in memory: rejects when
   * there is a `path`.
   */
  reset(): Promise<void>;
  /** Lets requests end, keeps what is stored on disk, and frees the port. */
  close(): Promise<void>;
}

/**
 * Starts DynamoDB and its streams alone, in this process. Without `path` everything is in memory and ends with
 * {@link RunningDynamoDb.close}. Several may run in one process.
 *
 * Rejects with node's own error when the port is taken, with DataFolderInUseError when the folder is, with
 * DataFolderError when there can be none, and with a TypeError when an option is misspelt or wrong.
 */
export async function startDynamoDb(options: StartDynamoDbOptions = {}): Promise<RunningDynamoDb> {
  checkOptions(options);
  const { host = '127.0.0.1', port: wantedPort = 0, credentials, allowedHosts = [] } = options;
  if (!isLoopback(host) && !credentials)
    throw new StartError(
      `Beyond loopback requests must be signed: to listen on ${host} give credentials (FRESHET_ACCESS_KEY_ID and FRESHET_SECRET_ACCESS_KEY).`,
    );
  const region = options.region ?? DEFAULT_REGION;
  const accountId = options.accountId ?? DEFAULT_ACCOUNT;
  const log = options.log ?? silentLog;
  const tables = new Tables({ ...options, region, accountId, log });
  await tables.open();
  const gateway = new Gateway({
    dynamodb: tables,
    region,
    access: new AccessPolicy({
      ...(!isLoopback(host) && credentials && { credentials }),
      allowedHosts,
      clock: systemClock,
    }),
    log,
  });
  const { port } = await gateway.listen(host, wantedPort).catch(async (error: unknown) => {
    await tables.close();
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
    reset: () => tables.reset(),
    close: () => (closing ??= gateway.close(CLOSE_GRACE_MS).then(() => tables.close())),
  };
}

/** The engine behind the door; a fresh one takes its place at {@link reset}. */
class Tables {
  readonly #options: DynamoDbOptions;
  #db!: DynamoDb;
  /** Resets and the end come one after the other. */
  #last: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: DynamoDbOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    this.#db = await openDynamoDb(this.#options);
  }

  answer(operation: string, input: unknown): Promise<string | Buffer> {
    return this.#db.answer(operation, input);
  }

  answerStreams(operation: string, input: unknown): Promise<string | Buffer> {
    return this.#db.answerStreams(operation, input);
  }

  has(operation: string): boolean {
    return this.#db.has(operation);
  }

  hasStreams(operation: string): boolean {
    return this.#db.hasStreams(operation);
  }

  async reset(): Promise<void> {
    const { path } = this.#options;
    if (path !== undefined)
      throw new Error(
        `Only a DynamoDB in memory can be reset; this one keeps its tables in ${path}: delete them, or start another one.`,
      );
    if (this.#isClosed) throw new Error('This DynamoDB is closed: start another one.');
    return this.#afterLast(async () => {
      const before = this.#db;
      await this.open();
      await before.close();
    });
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#afterLast(() => this.#db.close());
  }

  #afterLast(step: () => Promise<void>): Promise<void> {
    return (this.#last = this.#last.then(step));
  }
}
