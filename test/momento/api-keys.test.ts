import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { ApiKeys, wrapKey, type Permission, type Scope } from '../../src/momento/index.js';
import { FakeClock } from './fake-clock.js';

const UNAUTHENTICATED = { grpcStatus: 'UNAUTHENTICATED', status: 401 };
const OWNER = { scope: 'owner' } as const;
const READ_ALL: Permission[] = [{ on: 'caches', role: 'readonly' }];

describe('API keys that were chosen', () => {
  it('let nothing in when there are none', () => {
    const keys = new ApiKeys({ keys: [] });
    for (const credential of ['', 'x', 'Bearer x'])
      assert.throws(() => keys.authenticate(credential), UNAUTHENTICATED);
  });

  it('do not take an empty key for a key', () => {
    assert.throws(() => new ApiKeys({ keys: [''] }).authenticate(''), UNAUTHENTICATED);
  });

  it('may be configured in their wrapped form', () => {
    const wrapped = wrapKey('inner', 'e');
    const keys = new ApiKeys({ keys: [wrapped] });
    assert.deepEqual(keys.authenticate('inner'), OWNER);
    assert.deepEqual(keys.authenticate(wrapped), OWNER);
  });

  it('may have any characters', () => {
    const keys = new ApiKeys({ keys: ['a key:with äöü 日本'] });
    assert.deepEqual(keys.authenticate('a key:with äöü 日本'), OWNER);
  });

  it('let any in when told to, but none that has expired', () => {
    const clock = new FakeClock();
    const keys = new ApiKeys({ keys: [], letAnyIn: true, clock });
    assert.deepEqual(keys.authenticate(''), OWNER);
    assert.deepEqual(keys.authenticate('whatever'), OWNER);
    const { key } = keys.make(OWNER, { scope: READ_ALL, validForSeconds: 1 });
    assert.deepEqual(keys.authenticate(key), { scope: READ_ALL });
    clock.time += 1000;
    assert.throws(() => keys.authenticate(key), UNAUTHENTICATED);
  });
});

describe('API keys that are made', () => {
  it('are what the SDK takes for keys of version 2, and work wrapped as well', () => {
    const keys = new ApiKeys({ keys: [] });
    const { key } = keys.make(OWNER, { scope: READ_ALL });
    const payload = Buffer.from(key.split('.')[1]!, 'base64url').toString();
    assert.equal((JSON.parse(payload) as { t: string }).t, 'g');
    for (const form of [key, wrapKey(key, 'localhost'), `Bearer ${key}`])
      assert.deepEqual(keys.authenticate(form), { scope: READ_ALL });
  });

  it('are refused when any of their bytes is changed', () => {
    const keys = new ApiKeys({ keys: [] });
    const { key } = keys.make(OWNER, { scope: READ_ALL });
    for (const at of [0, 40, key.indexOf('.') + 3, key.length - 3])
      assert.throws(
        () => keys.authenticate(`${key.slice(0, at)}_${key.slice(at + 1)}`),
        UNAUTHENTICATED,
      );
    const others = new ApiKeys({ keys: [] });
    assert.throws(() => others.authenticate(key), UNAUTHENTICATED);
  });

  it('outlive the process, in a file that holds no key and that others cannot read', (t) => {
    const file = temporaryFile(t);
    const made = new ApiKeys({ keys: [], file }).make(OWNER, {
      scope: READ_ALL,
      description: 'for tests',
    });
    const again = new ApiKeys({ keys: [], file });
    assert.deepEqual(again.authenticate(made.key), { scope: READ_ALL });
    assert.deepEqual(
      again.list().map(({ id, description }) => ({ id, description })),
      [{ id: made.id, description: 'for tests' }],
    );
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(readFileSync(file, 'utf8').includes(made.key), false);
  });

  it('are refused once they are revoked', (t) => {
    const file = temporaryFile(t);
    const keys = new ApiKeys({ keys: [], file });
    const { id, key } = keys.make(OWNER, { scope: READ_ALL });
    keys.authenticate(key);
    assert.equal(keys.revoke(id), true);
    assert.throws(() => keys.authenticate(key), UNAUTHENTICATED);
    assert.throws(() => new ApiKeys({ keys: [], file }).authenticate(key), UNAUTHENTICATED);
    assert.equal(keys.revoke('unknown'), false);
  });

  it('expire', () => {
    const clock = new FakeClock();
    const keys = new ApiKeys({ keys: [], clock });
    const { key, expiresAt } = keys.make(OWNER, { scope: 'super', validForSeconds: 10 });
    assert.equal(expiresAt, Math.floor(clock.now() / 1000) + 10);
    assert.deepEqual(keys.authenticate(key), { scope: 'super' });
    clock.time += 10_000;
    assert.throws(() => keys.authenticate(key), UNAUTHENTICATED);
  });

  it('can be made anew while they are valid, for as long as at first', () => {
    const clock = new FakeClock();
    const keys = new ApiKeys({ keys: [], clock });
    const made = keys.make(OWNER, { scope: READ_ALL, validForSeconds: 10 });
    clock.time += 2000;
    const renewed = keys.refresh(wrapKey(made.key, 'e'), made.refreshToken);
    assert.equal(renewed.expiresAt, made.expiresAt! + 2);
    assert.deepEqual(keys.authenticate(renewed.key), { scope: READ_ALL });
    assert.throws(() => keys.refresh(made.key, renewed.refreshToken), {
      grpcStatus: 'INVALID_ARGUMENT',
    });
    clock.time += 10_000;
    assert.throws(() => keys.refresh(made.key, made.refreshToken), UNAUTHENTICATED);
  });

  const grants: [by: Scope, granted: Scope, allowed: boolean][] = [
    ['owner', 'super', true],
    ['owner', READ_ALL, true],
    ['super', 'super', false],
    ['super', READ_ALL, true],
    [READ_ALL, 'super', false],
    [READ_ALL, READ_ALL, false],
  ];
  for (const [scope, granted, allowed] of grants)
    it(`${JSON.stringify(scope)} may ${allowed ? '' : 'not '}make ${JSON.stringify(granted)}`, () => {
      const keys = new ApiKeys({ keys: [] });
      const make = (): unknown => keys.make({ scope }, { scope: granted });
      if (allowed) make();
      else assert.throws(make, { grpcStatus: 'PERMISSION_DENIED', message: /^Insufficient permi/ });
    });

  it('are not made without permissions, with two for one thing, or for no time', () => {
    const keys = new ApiKeys({ keys: [] });
    const twice: Permission[] = [
      { on: 'caches', role: 'readonly', cache: 'a' },
      { on: 'caches', role: 'readwrite', cache: 'a' },
    ];
    const requests = [
      { scope: [] },
      { scope: twice },
      { scope: READ_ALL, validForSeconds: 0 },
      { scope: READ_ALL, validForSeconds: -100 },
    ];
    for (const request of requests)
      assert.throws(() => keys.make(OWNER, request), { grpcStatus: 'INVALID_ARGUMENT' });
    const disposable = [
      { scope: READ_ALL, validForSeconds: 3601 },
      { scope: READ_ALL, validForSeconds: 60, tokenId: 't'.repeat(65) },
    ];
    for (const request of disposable)
      assert.throws(() => keys.makeDisposable(OWNER, request), { grpcStatus: 'INVALID_ARGUMENT' });
    assert.deepEqual(keys.list(), []);
  });
});

function temporaryFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'freshet-keys-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'keys.json');
}
