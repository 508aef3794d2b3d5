import { createHash } from 'node:crypto';
import type { Redis } from 'iovalkey';
import { invalidArgument, MomentoError } from '../momento-error.js';
import { Channels } from './channels.js';
import { openClient, parseAddress, type Client } from './connection.js';
import type { KeySpace } from './key-space.js';
import { explainStart, toMomentoError } from './errors.js';

export type Argument = string | number | Uint8Array;

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
const SCAN_PAGE = 1_000;

/** The commands of a Valkey or Redis server, with its errors as those of the cache. */
export class Commands {
  readonly channels: Channels;
  readonly #client: Client;

  private constructor(newClient: () => Client) {
    this.#client = newClient();
    this.channels = new Channels(newClient);
  }

  /**
   * Connects to an address as {@link parseAddress} reads it. A node of a cluster stands for its cluster. Rejects
   * with INVALID_ARGUMENT, and with UNAVAILABLE or INTERNAL when the server cannot be reached or lets nobody in.
   */
  static async connect(url: URL): Promise<Commands> {
    const address = parseAddress(url);
    const valkey = await import('iovalkey');
    const open = async (isCluster: boolean): Promise<Commands> => {
      let failure: Error | undefined;
      const newClient = (): Client =>
        openClient(valkey, { ...address, isCluster }, (error) => (failure = error));
      const commands = new Commands(newClient);
      try {
        await commands.run('PING');
        if (isCluster || !(await commands.#isNodeOfCluster())) return commands;
      } catch (error) {
        commands.close();
        throw explainStart(error, failure);
      }
      commands.close();
      return open(true);
    };
    const commands = await open(address.isCluster);
    if (address.database === 0 || !commands.#isCluster) return commands;
    commands.close();
    throw invalidArgument(
      `A cluster has no database ${address.database}; leave it out of the URL of the cache backend.`,
    );
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

  /** The server's keys of a space, by pages: `cursor` undefined at the start, and in the answer at the end. */
  async scan(
    cursor: string | undefined,
    space: KeySpace,
    limit: number,
  ): Promise<{ keys: Buffer[]; cursor?: string }> {
    const [nodes, place] = [this.#nodes(), parseCursor(cursor)];
    const node = nodes[place.node];
    if (node === undefined) return { keys: [] };
    const [next, found] = (await node
      .callBuffer('SCAN', place.cursor, 'MATCH', space.pattern, 'COUNT', limit)
      .catch((error: unknown) => {
        throw toMomentoError(error);
      })) as [Buffer, Buffer[]];
    const keys = found.filter((key) => space.has(key));
    const isDone = next.toString() === '0';
    const following = isDone ? `${place.node + 1}/0` : `${place.node}/${next.toString()}`;
    if (isDone && place.node + 1 >= nodes.length) return { keys };
    return { keys, cursor: following };
  }

  /** Deletes all keys of a space. */
  async deleteAll(space: KeySpace): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.scan(cursor, space, SCAN_PAGE);
      // One by one: in a cluster they may lie on several nodes.
      await Promise.all(page.keys.map((key) => this.run('UNLINK', key)));
      cursor = page.cursor;
    } while (cursor !== undefined);
  }

  close(): void {
    this.#client.disconnect();
    this.channels.close();
  }

  get #isCluster(): boolean {
    return 'nodes' in this.#client;
  }

  /** False also when the server does not tell. */
  async #isNodeOfCluster(): Promise<boolean> {
    const info = await this.run('INFO', 'cluster').catch(() => '');
    return String(info).includes('cluster_enabled:1');
  }

  /** In an order that stays when the client learns of the cluster anew. */
  #nodes(): Redis[] {
    if (!('nodes' in this.#client)) return [this.#client];
    const named = this.#client
      .nodes('master')
      .map((node) => ({ node, name: `${node.options.host}:${node.options.port}` }));
    return named.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ node }) => node);
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
