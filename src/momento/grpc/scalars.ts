import type { Bytes, Condition } from '../backend.js';
import { invalidArgument } from '../momento-error.js';
import { hashOf } from '../value-hash.js';
import type { ItemOperation } from './call.js';
import type { ExactIncrement, ExactSum } from './exact-integers.js';
import { scs, type Of } from './messages.js';
import type { PlainFound, PlainGet, PlainSet } from './plain-messages.js';

/** Get, Set and what else is about single values. */
export const scalarOperations = {
  Get: operation({
    action: 'read',
    keys: keyOf<PlainGet>,
    run: async (cache, { cache_key }): Promise<PlainFound> => ({
      value: await cache.scalars.get(cache_key),
    }),
  }),
  GetWithHash: operation({
    action: 'read',
    keys: keyOf<Of<typeof scs._GetWithHashRequest>>,
    run: async (cache, { cache_key }) => {
      const value = await cache.scalars.get(cache_key);
      return new scs._GetWithHashResponse(
        value === undefined
          ? { missing: new scs._GetWithHashResponse._Missing() }
          : { found: new scs._GetWithHashResponse._Found({ value, hash: hashOf(value) }) },
      );
    },
  }),
  Set: operation({
    action: 'write',
    keys: keyOf<PlainSet>,
    run: (cache, { cache_key, cache_body, ttl_milliseconds }) =>
      cache.scalars.set(cache_key, cache_body, ttl_milliseconds),
  }),
  SetIf: operation({
    action: 'write',
    keys: keyOf<Of<typeof scs._SetIfRequest>>,
    run: async (cache, request) => {
      const { cache_key, cache_body, ttl_milliseconds } = request;
      const condition = conditionOf(request);
      const isStored = await cache.scalars.setIf(
        cache_key,
        cache_body,
        ttl_milliseconds,
        condition,
      );
      return new scs._SetIfResponse(
        isStored
          ? { stored: new scs._SetIfResponse._Stored() }
          : { not_stored: new scs._SetIfResponse._NotStored() },
      );
    },
  }),
  SetIfHash: operation({
    action: 'write',
    keys: keyOf<Of<typeof scs._SetIfHashRequest>>,
    run: async (cache, request) => {
      const { cache_key, cache_body, ttl_milliseconds } = request;
      const isStored = await cache.scalars.setIf(
        cache_key,
        cache_body,
        ttl_milliseconds,
        hashConditionOf(request),
      );
      return new scs._SetIfHashResponse(
        isStored
          ? { stored: new scs._SetIfHashResponse._Stored({ new_hash: hashOf(cache_body) }) }
          : { not_stored: new scs._SetIfHashResponse._NotStored() },
      );
    },
  }),
  SetIfNotExists: operation({
    action: 'write',
    keys: keyOf<Of<typeof scs._SetIfNotExistsRequest>>,
    run: async (cache, { cache_key, cache_body, ttl_milliseconds }) => {
      const isStored = await cache.scalars.setIf(cache_key, cache_body, ttl_milliseconds, {
        whenAbsent: true,
        whenPresent: 'never',
      });
      return new scs._SetIfNotExistsResponse(
        isStored
          ? { stored: new scs._SetIfNotExistsResponse._Stored() }
          : { not_stored: new scs._SetIfNotExistsResponse._NotStored() },
      );
    },
  }),
  Increment: operation({
    action: 'write',
    keys: ({ key }: ExactIncrement) => [key],
    run: async (cache, { key, amount, ttl_milliseconds }): Promise<ExactSum> => ({
      value: await cache.scalars.increment(key, amount, ttl_milliseconds),
    }),
  }),
};

/** Gives an operation its types. */
export function operation<Request, Response>(
  given: ItemOperation<Request, Response>,
): ItemOperation<Request, Response> {
  return given;
}

export function keyOf<Request extends { cache_key: Bytes }>(request: Request): Bytes[] {
  return [request.cache_key];
}

function conditionOf(request: Of<typeof scs._SetIfRequest>): Condition {
  switch (request.condition) {
    case 'present':
      return { whenAbsent: false, whenPresent: 'always' };
    case 'absent':
      return { whenAbsent: true, whenPresent: 'never' };
    case 'equal':
      return valueCondition(false, 'if equal', request.equal.value_to_check);
    case 'not_equal':
      return valueCondition(true, 'if different', request.not_equal.value_to_check);
    case 'absent_or_equal':
      return valueCondition(true, 'if equal', request.absent_or_equal.value_to_check);
    case 'present_and_not_equal':
      return valueCondition(false, 'if different', request.present_and_not_equal.value_to_check);
    case 'none':
      throw noCondition();
  }
}

function hashConditionOf(request: Of<typeof scs._SetIfHashRequest>): Condition {
  switch (request.condition) {
    case 'unconditional':
      return { whenAbsent: true, whenPresent: 'always' };
    case 'present_and_hash_equal':
      return hashCondition(false, 'if equal', request.present_and_hash_equal.hash_to_check);
    case 'present_and_not_hash_equal':
      return hashCondition(false, 'if different', request.present_and_not_hash_equal.hash_to_check);
    case 'absent_or_hash_equal':
      return hashCondition(true, 'if equal', request.absent_or_hash_equal.hash_to_check);
    case 'absent_or_not_hash_equal':
      return hashCondition(true, 'if different', request.absent_or_not_hash_equal.hash_to_check);
    case 'none':
      throw noCondition();
  }
}

type Comparison = 'if equal' | 'if different';

function valueCondition(whenAbsent: boolean, whenPresent: Comparison, value: Bytes): Condition {
  return { whenAbsent, whenPresent, operand: { value } };
}

function hashCondition(whenAbsent: boolean, whenPresent: Comparison, hash: Bytes): Condition {
  return { whenAbsent, whenPresent, operand: { hash } };
}

function noCondition(): Error {
  return invalidArgument('The request has no condition that is known here; use Set, or set one.');
}
