import { createHash } from 'node:crypto';
import type { Cluster, Redis, RedisOptions } from 'iovalkey';
import { MomentoError, notANumber } from '../momento-error.js';

export type Argument = string | number | Uint8Array;

/** A connection that is not there is waited for so long, then the operation fails. */
const CONNECT_TIMEOUT_MS = 3_000;
const COMMAND_TIMEOUT_MS = 5_000;
const MAX_RETRIES = 2;

/** A script of Lua, sent whole only where the server does not know it yet. */
export class Script {
  readonly text: string;
  readonly sha: string;

  constructor(text: string) {
    this.text = text;
    this.sha = createHash('sha1').update(text).digest('hex');
  }
}

/** Runs a command on a key only if that is there, which nil as an answer would not tell; so it is wrapped. */
const EXISTING = new Script(`
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
return { redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2)) }`);

/** Runs a write on a collection and gives it a time to live, if it is new or that is wanted anyway. */
const WRITE = new Script(`
local existed = redis.call('EXISTS', KEYS[1])
local answer = redis.call(ARGV[3], KEYS[1], unpack(ARGV, 4))
if existed == 0 or ARGV[2] == '1' then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return answer`);

/** Lua takes no more arguments than about 8,000 at a time. */
const MAX_ARGUMENTS = 4_000;

/** The commands of a Valkey or Redis server, with its errors as those of the cache. */
export class Commands {
  readonly #client: Redis | Cluster;
  readonly #newClient: () => Redis | Cluster;
  #subscriber: Redis | Cluster | undefined;

  private constructor(newClient: () => Redis | Cluster) {
    this.#newClient = newClient;
    this.#client = newClient();
  }

  /**
   * Connects to `valkey://[[user]:password@]host[:port][/database]`; `valkeys` with TLS; `redis` and `rediss` mean
   * the same; `?cluster=true` for a cluster. Rejects with UNAVAILABLE when it cannot be reached.
   */
  static async connect(url: URL): Promise<Commands> {
    const valkey = await import('iovalkey');
    const isTls = /^(valkeys|rediss):$/.test(url.protocol);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = Number(url.port || 6379);
    const options: RedisOptions = {
      ...(url.username !== '' && { username: decodeURIComponent(url.username) }),
      ...(url.password !== '' && { password: decodeURIComponent(url.password) }),
      ...(isTls && { tls: { servername: host } }),
      connectTimeout: CONNECT_TIMEOUT_MS,
      commandTimeout: COMMAND_TIMEOUT_MS,
      maxRetriesPerRequest: MAX_RETRIES,
    };
    const database = Number(url.pathname.slice(1) || 0);
    const isCluster = url.searchParams.get('cluster') === 'true';
    const commands = new Commands(() => {
      const client = isCluster
        ? new valkey.Cluster([{ host, port }], { redisOptions: options })
        : new valkey.Redis({ ...options, host, port, db: database });
      // Each command tells its own failure; without a listener the process would end.
      client.on('error', () => {});
      return client;
    });
    try {
      await commands.run('PING');
    } catch (error) {
      commands.close();
      throw error;
    }
    return commands;
  }

  /** Runs a command; texts in its answer are buffers. */
  async run(command: string, ...args: Argument[]): Promise<unknown> {
    try {
      return await this.#client.callBuffer(command, ...args.map(toSendable));
    } catch (error) {
      throw toMomentoError(error);
    }
  }

  /** Runs a script on one key. */
  async script({ sha, text }: Script, key: Uint8Array, ...args: Argument[]): Promise<unknown> {
    try {
      return await this.run('EVALSHA', sha, 1, key, ...args);
    } catch (error) {
      if (!(error instanceof MomentoError) || !String(error.cause).includes('NOSCRIPT'))
        throw error;
      return this.run('EVAL', text, 1, key, ...args);
    }
  }

  /** The answer of a command on a key, or undefined when there is no such key. */
  async existing(
    command: string,
    key: Uint8Array,
    ...args: Argument[]
  ): Promise<{ answer: unknown } | undefined> {
    const found = (await this.script(EXISTING, key, command, ...args)) as [unknown] | null;
    return found === null ? undefined : { answer: found[0] };
  }

  /** As {@link existing}, for lists answered one for each argument: in parts when they are many. */
  async existingEach(
    command: string,
    key: Uint8Array,
    args: readonly Argument[],
  ): Promise<unknown[] | undefined> {
    const answers: unknown[] = [];
    for (const part of parts(args, MAX_ARGUMENTS)) {
      const found = await this.existing(command, key, ...part);
      if (found === undefined) return undefined;
      answers.push(...[found.answer].flat());
    }
    return answers;
  }

  /** Runs a write on a collection; in parts when it has many arguments, `each` of which belong together. */
  async write(
    command: string,
    key: Uint8Array,
    { ttlMs, refresh }: { ttlMs: number; refresh: boolean },
    args: readonly Argument[],
    each = 1,
  ): Promise<unknown> {
    let answer: unknown;
    for (const part of parts(args, MAX_ARGUMENTS - (MAX_ARGUMENTS % each)))
      answer = await this.script(WRITE, key, ttlMs, refresh ? '1' : '0', command, ...part);
    return answer;
  }

  /** Keys that match a pattern, by pages: `cursor` undefined at the start, and in the answer at the end. */
  async scan(
    cursor: string | undefined,
    pattern: string,
    limit: number,
  ): Promise<{ keys: Buffer[]; cursor?: string }> {
    const [nodes, place] = [this.#nodes(), parseCursor(cursor)];
    const node = nodes[place.node];
    if (node === undefined) return { keys: [] };
    const [next, keys] = (await node
      .callBuffer('SCAN', place.cursor, 'MATCH', pattern, 'COUNT', limit)
      .catch((error: unknown) => {
        throw toMomentoError(error);
      })) as [Buffer, Buffer[]];
    const isDone = next.toString() === '0';
    const following = isDone ? `${place.node + 1}/0` : `${place.node}/${next.toString()}`;
    if (isDone && place.node + 1 >= nodes.length) return { keys };
    return { keys, cursor: following };
  }

  /** Calls `listener` for each message on a channel. */
  async listen(channel: string, listener: () => void): Promise<void> {
    this.#subscriber ??= this.#newClient();
    this.#subscriber.on('message', listener);
    await this.#subscriber.subscribe(channel);
  }

  close(): void {
    this.#client.disconnect();
    this.#subscriber?.disconnect();
  }

  #nodes(): Redis[] {
    return 'nodes' in this.#client ? this.#client.nodes('master') : [this.#client];
  }
}

/** The client knows bytes only as buffers. */
function toSendable(argument: Argument): string | number | Buffer {
  return argument instanceof Uint8Array && !Buffer.isBuffer(argument)
    ? Buffer.from(argument.buffer, argument.byteOffset, argument.byteLength)
    : argument;
}

/** Where a scan goes on: number of the node, cursor there. */
function parseCursor(cursor = '0/0'): { node: number; cursor: string } {
  const [node, within] = cursor.split('/');
  return { node: Number(node), cursor: within! };
}

function* parts<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < all.length || at === 0; at += size) yield all.slice(at, at + size);
}

function toMomentoError(error: unknown): Error {
  if (error instanceof MomentoError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('WRONGTYPE'))
    return new MomentoError(
      'FAILED_PRECONDITION',
      'The item under this key is of another type. Use another key, or delete the item first.',
    );
  if (/not an integer|would overflow|not a valid float/.test(message)) return notANumber();
  // The answer of a server is upper-case at its start; anything else is about the connection.
  const isAnswer = /^(NOSCRIPT|ERR|[A-Z]{3,})\b/.test(message);
  const known = isAnswer
    ? new MomentoError(
        'INTERNAL',
        `The Valkey server refused the command: ${message.slice(0, 200)}`,
      )
    : new MomentoError(
        'UNAVAILABLE',
        'The Valkey server cannot be reached. Make sure that it runs where --cache-backend says.',
      );
  known.cause = error;
  return known;
}
