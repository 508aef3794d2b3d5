import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressKind } from '../../src/destinations/address.js';
import { createEgressPolicy } from '../../src/destinations/egress.js';
import addresses from '../vectors/destinations/addresses.json' with { type: 'json' };
import policies from '../vectors/destinations/egress.json' with { type: 'json' };

describe('what kind of address it is', () => {
  for (const { address, kind } of addresses)
    it(`${address === '' ? '(empty)' : address}: ${kind}`, () =>
      assert.equal(addressKind(address), kind));
});

describe('an egress policy', () => {
  for (const { name, options, address, hostname, refused } of policies)
    it(name, () => {
      const refusal = createEgressPolicy(options).refusal(address, hostname);
      if (refused === null) assert.equal(refusal, undefined);
      else assert.ok(refusal?.includes(refused), refusal);
    });

  for (const entry of [
    '10.0.0.0/33',
    '10.0.0/8',
    'http://x',
    'a b',
    '10.0.0.0/',
    '*',
    '',
    'fd00::/129',
  ])
    it(`refuses '${entry}' in its allow list, by name`, () =>
      assert.throws(() => createEgressPolicy({ allow: [entry] }), {
        message: new RegExp(`'${entry.replace(/[*.]/g, '\\$&')}'`),
      }));
});
