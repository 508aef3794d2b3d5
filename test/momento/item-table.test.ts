import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ItemTable, NONE } from '../../src/momento/memory/item-table.js';
import { cases } from '../support/property.js';

const MIB = 1024 * 1024;
const ENOUGH = 1e9;

interface Expected {
  value: Buffer;
  expiresAt: number;
}

/** An {@link ItemTable} beside a Map that says what must be in it. */
class Model {
  readonly table: ItemTable;
  readonly expected = new Map<string, Expected>();
  now = 0;
  evicted = 0;
  expired = 0;
  added = 0;
  removed = 0;

  readonly maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
    const keyOfSlot = (slot: number): string => this.#keys.get(slot)!;
    this.table = new ItemTable(maxBytes, 0, {
      evicted: (slot) => {
        this.evicted += 1;
        this.expected.delete(keyOfSlot(slot));
      },
      expired: (slot) => {
        this.expired += 1;
        const key = keyOfSlot(slot);
        assert.ok(this.expected.get(key)!.expiresAt <= this.now, 'expires nothing too early');
        this.expected.delete(key);
      },
    });
  }

  readonly #keys = new Map<number, string>();

  set(name: string, size: number, ttl: number): void {
    const key = Buffer.from(name);
    const value = Buffer.alloc(size, this.added & 0xff);
    const hash = this.table.hash(key);
    const slot = this.table.find(hash, key);
    const expiresAt = this.now + ttl;
    if (slot === NONE) {
      const added = this.table.add(hash, key, value, expiresAt, this.added);
      this.#keys.set(added, name);
      this.added += 1;
    } else this.table.replace(slot, key, value, expiresAt);
    this.expected.set(name, { value, expiresAt });
  }

  remove(name: string): void {
    const key = Buffer.from(name);
    const slot = this.table.find(this.table.hash(key), key);
    assert.equal(slot !== NONE, this.expected.has(name));
    if (slot === NONE) return;
    this.table.remove(slot);
    this.expected.delete(name);
    this.removed += 1;
  }

  touch(name: string): void {
    const key = Buffer.from(name);
    const slot = this.table.find(this.table.hash(key), key);
    if (slot !== NONE) this.table.touch(slot);
  }

  checkBounds(): void {
    assert.ok(this.table.memoryBytes <= this.maxBytes, 'keeps within its memory');
    assert.ok(this.table.liveBytes <= this.table.memoryBytes);
    assert.equal(this.table.items, this.expected.size);
    assert.equal(this.table.items, this.added - this.removed - this.evicted - this.expired);
  }

  checkAll(): void {
    this.checkBounds();
    for (const [name, { value, expiresAt }] of this.expected) {
      const key = Buffer.from(name);
      const slot = this.table.find(this.table.hash(key), key);
      assert.notEqual(slot, NONE, `${name} is there`);
      assert.ok(this.table.value(slot).equals(value), `${name} has its value`);
      assert.equal(this.table.expiresAt(slot), expiresAt);
    }
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      key: fc.nat(400),
      size: fc.oneof(
        fc.nat(100),
        fc.nat(3000),
        fc.integer({ min: 1500, max: 2100 }),
        fc.nat(120_000),
      ),
      ttl: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 100_000_000 })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), key: fc.nat(400) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('touch' as const), key: fc.nat(400) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.oneof(fc.nat(300), fc.nat(50_000), fc.nat(200_000_000)),
      budget: fc.integer({ min: 1, max: 50 }),
    }),
  },
);

describe('item table', () => {
  it('holds what was stored last, within its memory, until it is removed, evicted or expired', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 50, maxLength: 400 }), (steps) => {
        const model = new Model(MIB);
        for (const action of steps) {
          if (action.do === 'set') model.set(`key-${action.key}`, action.size, action.ttl);
          else if (action.do === 'remove') model.remove(`key-${action.key}`);
          else if (action.do === 'touch') model.touch(`key-${action.key}`);
          else {
            model.now += action.ms;
            model.table.reclaim(model.now, action.budget);
          }
          model.checkBounds();
        }
        model.checkAll();
      }),
      cases(300),
    );
  });

  it('reclaims every item whose time is over, and no other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: 1, max: 40_000 }), fc.integer({ min: 1, max: 1e12 })), {
          minLength: 1,
          maxLength: 200,
        }),
        fc.array(fc.oneof(fc.nat(20_000), fc.nat(2e9)), { maxLength: 20 }),
        (ttls, waits) => {
          const model = new Model(MIB);
          ttls.forEach((ttl, i) => model.set(`key-${i}`, 10, ttl));
          for (const wait of waits) {
            model.now += wait;
            while (model.table.reclaim(model.now, 7)) model.checkBounds();
            for (const [name, { expiresAt }] of model.expected)
              assert.ok(expiresAt > model.now - 64, `${name} is reclaimed within a tick`);
          }
          model.checkAll();
        },
      ),
      cases(100),
    );
  });

  it('reclaims items of a long time to live after a leap of the clock', () => {
    const model = new Model(MIB);
    model.set('a', 1, 1);
    model.set('b', 1, 20 * 365 * 24 * 3600 * 1000);
    model.now = 30 * 365 * 24 * 3600 * 1000;
    while (model.table.reclaim(model.now, ENOUGH));
    assert.equal(model.table.items, 0);
  });

  it('does no more than its budget at a time', () => {
    const model = new Model(MIB);
    for (let i = 0; i < 1000; i++) model.set(`key-${i}`, 1, 5000);
    model.now = 6000;
    let rounds = 0;
    for (let more = true; more; rounds++) {
      const before = model.expired;
      more = model.table.reclaim(model.now, 100);
      assert.ok(model.expired - before <= 100);
    }
    assert.equal(model.expired, 1000);
    assert.ok(rounds >= 10);
  });

  it('keeps what is read when it must evict', () => {
    const model = new Model(MIB);
    for (let i = 0; i < 50; i++) model.set(`popular-${i}`, 500, ENOUGH);
    for (let i = 0; i < 20_000; i++) {
      model.set(`passing-${i}`, 100, ENOUGH);
      if (i % 100 === 0) for (let p = 0; p < 50; p++) model.touch(`popular-${p}`);
    }
    assert.ok(model.evicted > 10_000);
    const popular = [...model.expected.keys()].filter((key) => key.startsWith('popular-'));
    assert.equal(popular.length, 50);
    model.checkAll();
  });

  it('evicts nothing while what it holds fits, however often it is overwritten', () => {
    const model = new Model(MIB);
    for (let i = 0; i < 30_000; i++) model.set(`key-${(i * 7919) % 500}`, 900 + (i % 100), ENOUGH);
    assert.equal(model.evicted, 0);
    model.checkAll();
  });

  it('keeps within its memory with items of no size', () => {
    const model = new Model(MIB);
    for (let i = 0; i < 60_000; i++) {
      model.set(String(i), 0, ENOUGH);
      if (i % 100 === 0) model.checkBounds();
    }
    model.set('large', 100_000, ENOUGH);
    model.checkAll();
  });

  it('keeps within its memory with sizes that pack badly', () => {
    for (const size of [1750, 1800, 2030, 2048, 2100, 60_000, 130_000]) {
      const model = new Model(MIB);
      for (let i = 0; i < 2000; i++) {
        model.set(`key-${i % 700}`, size, ENOUGH);
        model.checkBounds();
      }
      model.checkAll();
    }
  });
});
