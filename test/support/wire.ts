import { Agent } from 'undici';

/** The headers of a request that nobody has really signed: on loopback any signature is taken. */
export const anySignature = (service = 'dynamodb'): Record<string, string> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=00`,
  'x-amz-date': '20260101T000000Z',
});

const STREAM_OPERATIONS: ReadonlySet<string> = new Set([
  'ListStreams',
  'DescribeStream',
  'GetShardIterator',
  'GetRecords',
]);

/** Whether an operation is one of the Streams API; otherwise it is one of the tables'. */
export const isOfStreams = (operation: string): boolean => STREAM_OPERATIONS.has(operation);

export interface WireRequest {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

export interface WireAnswer {
  status: number;
  text: string;
}

/** The server answered with an error. */
export class Refused extends Error {}

/** Speaks to a server in the bytes of HTTP, without an SDK. Rejects with what undici throws when none answers. */
export class Wire {
  readonly #endpoint: string;
  readonly #agent: Agent;

  constructor(endpoint: string, options: Agent.Options) {
    this.#endpoint = endpoint;
    this.#agent = new Agent(options);
  }

  async send({ method, path, headers, body }: WireRequest): Promise<WireAnswer> {
    const answer = await this.#agent.request({
      origin: this.#endpoint,
      path,
      method,
      headers: headers ?? {},
      body: body ?? null,
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  /** Sends a request for an operation of DynamoDB or of its streams; `headers` win over the usual ones. */
  post(
    operation: string,
    body: Buffer | string,
    headers: Record<string, string> = {},
  ): Promise<WireAnswer> {
    const service = isOfStreams(operation) ? 'DynamoDBStreams' : 'DynamoDB';
    return this.send({
      method: 'POST',
      path: '/',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `${service}_20120810.${operation}`,
        ...anySignature(),
        ...headers,
      },
      body,
    });
  }

  /** What an operation answers. Rejects with Refused when that is an error. */
  async call<T = object>(operation: string, input: object): Promise<T> {
    const { status, text } = await this.post(operation, JSON.stringify(input));
    if (status !== 200) throw new Refused(`${operation}: ${text}`);
    return JSON.parse(text) as T;
  }

  /** Breaks off what is under way. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }
}
