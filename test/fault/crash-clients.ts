import assert from 'node:assert/strict';
import type { Item } from '../../src/lib/attribute-value.js';
import { Refused, type Wire } from '../support/wire.js';

/** The states of one client's items before and after its writes; undefined: no item. */
type States = Map<string, Item | undefined>;

const TABLE = 'main';
const KEYS = 12;

export const MAIN_TABLE = {
  TableName: TABLE,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: ['pk', 'sk', 'group', 'day'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byGroup',
      KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  LocalSecondaryIndexes: [
    {
      IndexName: 'byDay',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'day', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
};

/**
 * A client with items of its own, which writes them one request after the other and knows what each
 * acknowledged request made of them. Of the request that the kill cut off it knows both outcomes.
 */
export class CrashClient {
  readonly #pk: string;
  readonly #random: () => number;
  #known: States = new Map();
  #underWay: States | undefined;
  #version = 0;
  acknowledged = 0;

  constructor(name: string, random: () => number) {
    this.#pk = name;
    this.#random = random;
  }

  /** Writes until the server is gone. */
  async writeUntilGone(wire: Wire): Promise<void> {
    for (;;) {
      const { operation, input, after } = this.#next();
      this.#underWay = after;
      try {
        await wire.call(operation, input);
      } catch (error) {
        if (error instanceof Refused) throw error;
        return;
      }
      this.#adopt(after);
      this.acknowledged += 1;
    }
  }

  /** Compares what the server has with what must be there; of the last request all or nothing. */
  async verify(wire: Wire): Promise<void> {
    const { Items } = await wire.call<{ Items: Item[] }>('Query', {
      TableName: TABLE,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: this.#pk } },
    });
    const found = new Map(Items.map((item) => [item.sk!.S!, item]));
    const underWay = this.#underWay;
    const happened = underWay && [...underWay].every(([sk, item]) => isSame(found.get(sk), item));
    if (happened) this.#adopt(underWay);
    this.#underWay = undefined;
    for (let at = 0; at < KEYS; at += 1) {
      const sk = `k${String(at)}`;
      assert.deepEqual(found.get(sk), this.#known.get(sk), `${this.#pk}/${sk}`);
    }
  }

  #adopt(states: States): void {
    for (const [sk, item] of states) this.#known.set(sk, item);
  }

  #next(): { operation: string; input: object; after: States } {
    const kind = this.#random();
    if (kind < 0.4) {
      const item = this.#item(this.#anyKey());
      return this.#of('PutItem', { Item: item }, [[item.sk!.S!, item]]);
    }
    if (kind < 0.6) return this.#update();
    if (kind < 0.7) {
      const sk = this.#anyKey();
      return this.#of('DeleteItem', { Key: this.#key(sk) }, [[sk, undefined]]);
    }
    const items = [...new Set(Array.from({ length: 4 }, () => this.#anyKey()))].map((sk) =>
      this.#item(sk),
    );
    const after: States = new Map(items.map((item) => [item.sk!.S!, item]));
    return kind < 0.85
      ? {
          operation: 'TransactWriteItems',
          input: { TransactItems: items.map((Item) => ({ Put: { TableName: TABLE, Item } })) },
          after,
        }
      : {
          operation: 'BatchWriteItem',
          // Each put of a batch stands alone on the service; here all of one request are one batch.
          input: { RequestItems: { [TABLE]: items.map((Item) => ({ PutRequest: { Item } })) } },
          after,
        };
  }

  #update(): { operation: string; input: object; after: States } {
    const sk = this.#anyKey();
    this.#version += 1;
    const group = { S: `g${String(this.#version % 5)}` };
    const before = this.#known.get(sk) ?? this.#key(sk);
    const item = { ...before, group, version: { N: String(this.#version) } };
    return this.#of(
      'UpdateItem',
      {
        Key: this.#key(sk),
        UpdateExpression: 'SET #g = :g, version = :v',
        ExpressionAttributeNames: { '#g': 'group' },
        ExpressionAttributeValues: { ':g': group, ':v': item.version },
      },
      [[sk, item]],
    );
  }

  #of(
    operation: string,
    input: object,
    after: [string, Item | undefined][],
  ): { operation: string; input: object; after: States } {
    return { operation, input: { TableName: TABLE, ...input }, after: new Map(after) };
  }

  #item(sk: string): Item {
    this.#version += 1;
    return {
      ...this.#key(sk),
      version: { N: String(this.#version) },
      ...(this.#random() < 0.7 && { group: { S: `g${String(this.#version % 5)}` } }),
      ...(this.#random() < 0.5 && { day: { S: `d${String(this.#version % 3)}` } }),
      until: { N: String(4_000_000_000 + this.#version) },
    };
  }

  #key(sk: string): Item {
    return { pk: { S: this.#pk }, sk: { S: sk } };
  }

  #anyKey(): string {
    return `k${String(Math.floor(this.#random() * KEYS))}`;
  }
}

/** Makes, changes and drops tables until the server is gone. */
export async function changeTablesUntilGone(wire: Wire, round: number): Promise<void> {
  await untilGone(async (at) => {
    const TableName = `passing-${String(round)}-${String(at)}`;
    await wire.call('CreateTable', {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      StreamSpecification: {
        StreamEnabled: at % 2 === 0,
        ...(at % 2 === 0 && { StreamViewType: 'NEW_IMAGE' }),
      },
    });
    await putAll(wire, TableName, 20, at);
    const Update = { IndexName: 'byVersion' };
    await ignoringRefusals(wire, 'UpdateTable', {
      TableName: TABLE,
      AttributeDefinitions: [{ AttributeName: 'version', AttributeType: 'N' }],
      GlobalSecondaryIndexUpdates: [
        at % 2 === 0
          ? {
              Create: {
                ...Update,
                KeySchema: [{ AttributeName: 'version', KeyType: 'HASH' }],
                Projection: { ProjectionType: 'KEYS_ONLY' },
              },
            }
          : { Delete: Update },
      ],
    });
    if (at % 3 > 0) await wire.call('DeleteTable', { TableName });
  });
}

const SETTLED = 'settled';
const VIEW_TYPES = ['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY'];

export const SETTLED_TABLE = {
  TableName: SETTLED,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: ['id', 'group'].map((AttributeName) => ({
    AttributeName,
    AttributeType: 'S',
  })),
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byGroup',
      KeySchema: [{ AttributeName: 'group', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['until'] },
    },
  ],
};

/**
 * Switches stream and time to live of a table off and on, backs it up and restores it, while it is written
 * to and its items expire, until the server is gone.
 */
export async function changeSettingsUntilGone(wire: Wire, round: number): Promise<void> {
  await untilGone(async (at) => {
    const writing = putAll(wire, SETTLED, 40, at);
    writing.catch(() => undefined); // awaited below, unless the server is gone before
    for (const StreamEnabled of [false, true])
      await ignoringRefusals(wire, 'UpdateTable', {
        TableName: SETTLED,
        StreamSpecification: {
          StreamEnabled,
          ...(StreamEnabled && { StreamViewType: VIEW_TYPES[at % VIEW_TYPES.length] }),
        },
      });
    for (const Enabled of [false, true])
      await ignoringRefusals(wire, 'UpdateTimeToLive', {
        TableName: SETTLED,
        TimeToLiveSpecification: { Enabled, AttributeName: 'until' },
      });
    const BackupName = `backup-${String(round)}-${String(at)}`;
    const { BackupDetails } = await wire.call<{ BackupDetails: { BackupArn: string } }>(
      'CreateBackup',
      { TableName: SETTLED, BackupName },
    );
    await writing;
    const { BackupArn } = BackupDetails;
    await ignoringRefusals(wire, 'RestoreTableFromBackup', {
      TargetTableName: `restored-${BackupName}`,
      BackupArn,
    });
    if (at % 2 > 0) await ignoringRefusals(wire, 'DeleteBackup', { BackupArn });
  });
}

/** Items of which some end at once and some later; each second one is put twice, each fourth deleted. */
async function putAll(wire: Wire, TableName: string, count: number, at: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, n) => {
      const id = { S: String(n) };
      const until = { N: String(Math.floor(Date.now() / 1000) + (n % 3 === 0 ? -5 : 4000 + at)) };
      for (let put = 0; put < 1 + (n % 2); put += 1)
        await wire.call('PutItem', {
          TableName,
          Item: { id, until, group: { S: `g${String((n + put) % 3)}` }, put: { N: String(put) } },
        });
      if (n % 4 === 0) await wire.call('DeleteItem', { TableName, Key: { id } });
    }),
  );
}

async function untilGone(step: (at: number) => Promise<void>): Promise<void> {
  try {
    for (let at = 0; ; at += 1) await step(at);
  } catch (error) {
    if (error instanceof Refused) throw error;
  }
}

async function ignoringRefusals(wire: Wire, operation: string, input: object): Promise<void> {
  try {
    await wire.call(operation, input);
  } catch (error) {
    // Left as it was by the kill before, or still at work: the next one will do.
    if (!(error instanceof Refused) || !PASSING.test(error.message)) throw error;
  }
}

const PASSING =
  /ResourceInUse|ResourceNotFound|LimitExceeded|ValidationException|BackupInUse|BackupNotFound|TableInUse|TableAlreadyExists/;

const isSame = (one: Item | undefined, other: Item | undefined): boolean => {
  try {
    assert.deepEqual(one, other);
    return true;
  } catch {
    return false;
  }
};
