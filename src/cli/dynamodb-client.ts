import { setTimeout as delay } from 'node:timers/promises';
import type { Agent } from 'undici';
import type { sign } from '../gateway/index.js';
import { UserError } from './errors.js';

const CONNECTIONS = 16;
const MAX_TRIES = 8;
const FIRST_PAUSE_MS = 50;
/** Errors that pass (documented): throttling, and faults of the server. */
const PASSING =
  /Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|TransactionInProgress|InternalServerError|ServiceUnavailable/;

/** The server refused a request; `code` is the error's type without its namespace. */
export class DynamoDbError extends UserError {
  readonly code: string;

  constructor(code: string, message: string) {
    super(`${code}: ${message}`);
    this.code = code;
  }
}

/**
 * Calls a server that speaks the DynamoDB API: Freshet, DynamoDB Local or AWS. Signs with
 * AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; where they are not set with a key pair
 * that a local server takes.
 */
export class DynamoDbClient {
  readonly #url: URL;
  readonly #region: string;
  /** Loaded with the first client: commands that need none start without it. */
  readonly #http = loadHttp();
  /** Somebody is there: a connection that breaks now is worth another try. */
  #hasAnswered = false;

  constructor(endpoint: string, region: string) {
    if (!URL.canParse(endpoint))
      throw new UserError(`'${endpoint}' is not a URL; give one such as http://127.0.0.1:4566.`);
    this.#url = new URL('/', endpoint);
    this.#region = region;
  }

  /**
   * Repeats what failed for a while: operations must be such that this does no harm. Rejects with
   * DynamoDbError, or UserError when nobody answers.
   */
  async call<T>(operation: string, input: object): Promise<T> {
    const body = JSON.stringify(input);
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.#send(operation, body).catch((error: unknown) => {
        if (attempt === MAX_TRIES || !this.#hasAnswered) throw this.#noAnswer(error);
        return undefined;
      });
      if (answer) {
        this.#hasAnswered = true;
        const { status, text } = answer;
        if (status === 200) return JSON.parse(text) as T;
        const error = errorOf(status, text);
        if (attempt === MAX_TRIES || !(status >= 500 || PASSING.test(error.code))) throw error;
      }
      await pause(attempt);
    }
  }

  async close(): Promise<void> {
    await (await this.#http).agent.close();
  }

  async #send(operation: string, body: string): Promise<{ status: number; text: string }> {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
    const headers = {
      host: this.#url.host,
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      ...(AWS_SESSION_TOKEN && { 'x-amz-security-token': AWS_SESSION_TOKEN }),
    };
    const { agent, sign } = await this.#http;
    const signature = sign(
      { method: 'POST', target: '/', headers, body: Buffer.from(body) },
      {
        accessKeyId: AWS_ACCESS_KEY_ID ?? 'local',
        secretAccessKey: AWS_SECRET_ACCESS_KEY ?? 'local',
      },
      { region: this.#region, service: 'dynamodb' },
      Date.now(),
    );
    const answer = await agent.request({
      origin: this.#url.origin,
      path: '/',
      method: 'POST',
      headers: { ...headers, ...signature },
      body,
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  #noAnswer(error: unknown): UserError {
    return new UserError(
      `No DynamoDB answers at ${this.#url.origin} (${(error as Error).message}). Start one with 'freshet start', or say where it is with --endpoint.`,
    );
  }
}

async function loadHttp(): Promise<{ agent: Agent; sign: typeof sign }> {
  const [{ Agent }, { sign }] = await Promise.all([
    import('undici'),
    import('../gateway/index.js'),
  ]);
  return { agent: new Agent({ connections: CONNECTIONS }), sign };
}

/** Waits longer after each attempt, and not as long as others do. */
export async function pause(attempt: number): Promise<void> {
  await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
}

/** The code of a request that is larger than the server takes: it may come without a body. */
export const TOO_LARGE = 'RequestTooLarge';

function errorOf(status: number, text: string): DynamoDbError {
  if (status === 413)
    return new DynamoDbError(TOO_LARGE, 'the request is larger than what the server takes');
  try {
    const { __type, message, Message } = JSON.parse(text) as Record<string, string | undefined>;
    const code = (__type ?? 'an error without a type').split('#').at(-1)!;
    return new DynamoDbError(code, message ?? Message ?? '');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new DynamoDbError(`HTTP ${String(status)}`, 'what answers does not speak DynamoDB');
  }
}
