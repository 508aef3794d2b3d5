import { MAX_REPLAYED_BYTES, MAX_REPLAYED_MESSAGES, type TopicMessage } from '../topic.js';
import type { LoggedMessages, TopicLog } from '../topic-log.js';
import { Script, type Commands } from './commands.js';
import { topicKeys } from './key-space.js';

/** A topic that nobody publishes on for so long is forgotten; it begins anew with another page then. */
const IDLE_MS = 24 * 60 * 60 * 1000;

/**
 * A topic is a stream whose IDs are `{page}-{number}`, cut to the tail that is replayed, and a channel of the
 * same name that says when there is more. `before` counts the bytes of the page's earlier messages.
 */
const APPEND = new Script(`
local function bytes(entry)
  local at = {}
  for i = 1, #entry[2], 2 do at[entry[2][i]] = entry[2][i + 1] end
  return tonumber(at.before), tonumber(at.size)
end
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local page, number, before
if newest then
  page, number = string.match(newest[1], '^(%d+)-(%d+)$')
  local earlier, size = bytes(newest)
  before = earlier + size
else
  local now = redis.call('TIME')
  page, number, before = now[1] .. string.sub('00000' .. now[2], -6, -4), 0, 0
end
local id = page .. '-' .. string.format('%.0f', number + 1)
redis.call('XADD', KEYS[1], id, 'before', string.format('%.0f', before), 'size', ARGV[1],
  ARGV[2], ARGV[3], 'by', ARGV[4])
local total = before + tonumber(ARGV[1])
local count = redis.call('XLEN', KEYS[1])
while count > 1 do
  local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  if count <= tonumber(ARGV[5]) and total - bytes(oldest) <= tonumber(ARGV[6]) then break end
  redis.call('XDEL', KEYS[1], oldest[1])
  count = count - 1
end
redis.call('PEXPIRE', KEYS[1], ARGV[7])
redis.call('PUBLISH', KEYS[1], id)
return id`);

/** All of another page, and also where numbers went back, as in a server that was restored. */
const SINCE = new Script(`
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
if not newest then return false end
local page, number = string.match(newest[1], '^(%d+)-(%d+)$')
if page == ARGV[1] and tonumber(number) == tonumber(ARGV[2]) then return { newest[1], {} } end
local from = '-'
if page == ARGV[1] and tonumber(number) > tonumber(ARGV[2]) then
  from = page .. '-' .. string.format('%.0f', tonumber(ARGV[2]) + 1)
end
return { newest[1], redis.call('XRANGE', KEYS[1], from, '+') }`);

/** Messages of topics on a Valkey or Redis server: all servers with the same one share them. */
export class ValkeyTopicLog implements TopicLog {
  readonly #commands: Commands;

  constructor(commands: Commands) {
    this.#commands = commands;
  }

  async append(
    cacheName: string,
    topicName: string,
    { value, size, publisherId = '' }: Omit<TopicMessage, 'sequenceNumber'>,
  ): Promise<number> {
    const [kind, content] = 'text' in value ? ['text', value.text] : ['binary', value.binary];
    const id = await this.#commands.script(
      APPEND,
      keyOf(cacheName, topicName),
      size,
      kind,
      content,
      publisherId,
      MAX_REPLAYED_MESSAGES,
      MAX_REPLAYED_BYTES,
      IDLE_MS,
    );
    return parseId(id as Buffer).sequenceNumber;
  }

  async since(
    cacheName: string,
    topicName: string,
    page: number,
    last: number,
  ): Promise<LoggedMessages | undefined> {
    const found = (await this.#commands.script(SINCE, keyOf(cacheName, topicName), page, last)) as
      [Buffer, [Buffer, Buffer[]][]] | null;
    if (found === null) return undefined;
    const newest = parseId(found[0]);
    return {
      page: newest.page,
      last: newest.sequenceNumber,
      messages: found[1].map(([id, fields]) => messageOf(parseId(id).sequenceNumber, fields)),
    };
  }

  async follow(cacheName: string, topicName: string, onMore: () => void): Promise<void> {
    await this.#commands.channels.listen(keyOf(cacheName, topicName).toString(), onMore);
  }

  unfollow(cacheName: string, topicName: string): void {
    this.#commands.channels.unlisten(keyOf(cacheName, topicName).toString());
  }

  /** Forgets the topics of a cache. */
  async deleteAll(cacheName: string): Promise<void> {
    await this.#commands.deleteAll(topicKeys(cacheName));
  }
}

function keyOf(cacheName: string, topicName: string): Buffer {
  return topicKeys(cacheName).of(Buffer.from(topicName));
}

function parseId(id: Buffer): { page: number; sequenceNumber: number } {
  const [page, sequenceNumber] = id.toString().split('-').map(Number);
  return { page: page!, sequenceNumber: sequenceNumber! };
}

function messageOf(sequenceNumber: number, fields: readonly Buffer[]): TopicMessage {
  const of = new Map(
    Array.from({ length: fields.length / 2 }, (_, i) => [
      fields[2 * i]!.toString(),
      fields[2 * i + 1]!,
    ]),
  );
  const text = of.get('text');
  const publisherId = of.get('by')!.toString();
  return {
    sequenceNumber,
    size: Number(of.get('size')!.toString()),
    value: text === undefined ? { binary: of.get('binary')! } : { text: text.toString() },
    ...(publisherId !== '' && { publisherId }),
  };
}
