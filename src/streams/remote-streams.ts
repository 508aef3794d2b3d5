import { parseArn } from '../lib/arn.js';
import type { Clock } from '../lib/clock.js';
import type { ChangeStream, ChangeStreams } from './change-stream.js';
import { RemoteStream, type StreamsApi } from './remote-stream.js';

/** Longest wait between two looks at an idle shard, unless the operator says otherwise. */
const MAX_IDLE_MS = 1_000;
/** A source that does not answer is tried again; nobody waits for it for longer. */
const CONNECT_TIMEOUT_MS = 3_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Signed for, and in records, when a stream's name is not one of DynamoDB: ScyllaDB Alternator has no regions. */
const OTHER_REGION = 'us-east-1';

export interface RemoteSourceOptions {
  /** Base URL of the API; without it AWS's own of the region. */
  endpoint?: string;
  /** Region to sign for, and of AWS's endpoint; without it the one in the stream's ARN. */
  region?: string;
  /** Longest wait between two looks at an idle shard, in milliseconds. */
  maxIdleMs?: number;
}

interface Client extends StreamsApi {
  destroy(): void;
}

/**
 * The streams of other accounts, regions or services, over the AWS SDK with the credentials of its default
 * provider chain. The SDK is loaded with the first of them.
 */
export class RemoteStreams implements ChangeStreams {
  readonly #options: RemoteSourceOptions;
  readonly #clock: Clock;
  /** By region. */
  readonly #clients = new Map<string, Promise<Client>>();
  #closed = false;

  constructor(options: RemoteSourceOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  open(streamArn: string): ChangeStream {
    const arn = parseArn(streamArn);
    const arnRegion = arn?.service === 'dynamodb' ? arn.region : OTHER_REGION;
    const { endpoint, region = arnRegion, maxIdleMs = MAX_IDLE_MS } = this.#options;
    return new RemoteStream({
      streamArn,
      region: arnRegion,
      where: endpoint ?? `DynamoDB Streams of ${region}`,
      api: () => this.#client(region),
      clock: this.#clock,
      maxIdleMs,
    });
  }

  /** Ends all requests that still run. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const client of await Promise.allSettled(this.#clients.values()))
      if (client.status === 'fulfilled') client.value.destroy();
  }

  #client(region: string): Promise<Client> {
    let client = this.#clients.get(region);
    if (client === undefined) {
      if (this.#closed) return Promise.reject(new Error('The server stops.'));
      client = this.#connect(region);
      this.#clients.set(region, client);
    }
    return client;
  }

  async #connect(region: string): Promise<Client> {
    const { DynamoDBStreams } = await import('@aws-sdk/client-dynamodb-streams');
    const { endpoint } = this.#options;
    return new DynamoDBStreams({
      region,
      ...(endpoint !== undefined && { endpoint }),
      // The SDK's own tries have jitter; the pipe goes on trying after them.
      maxAttempts: 3,
      requestHandler: {
        connectionTimeout: CONNECT_TIMEOUT_MS,
        requestTimeout: REQUEST_TIMEOUT_MS,
        throwOnRequestTimeout: true,
      },
    });
  }
}
