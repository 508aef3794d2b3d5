import type { ItemType, TtlChange } from '../backend.js';
import { invalidArgument } from '../momento-error.js';
import { scs, type Of } from './messages.js';
import { keyOf, operation } from './scalars.js';

const { ItemType: WireType } = scs._ItemGetTypeResponse;
const WIRE_TYPES: Readonly<
  Record<ItemType, Of<typeof scs._ItemGetTypeResponse._Found>['item_type']>
> = {
  scalar: WireType.SCALAR,
  dictionary: WireType.DICTIONARY,
  set: WireType.SET,
  list: WireType.LIST,
  'sorted set': WireType.SORTED_SET,
};

/** What is the same for items of any type. */
export const itemOperations = {
  Delete: operation({
    action: 'write',
    keys: keyOf<Of<typeof scs._DeleteRequest>>,
    run: async (cache, { cache_key }) => {
      await cache.items.delete(cache_key);
      return new scs._DeleteResponse();
    },
  }),
  KeysExist: operation({
    action: 'read',
    keys: ({ cache_keys }: Of<typeof scs._KeysExistRequest>) => cache_keys,
    run: async (cache, { cache_keys }) =>
      new scs._KeysExistResponse({ exists: await cache.items.exist(cache_keys) }),
  }),
  UpdateTtl: operation({
    action: 'write',
    keys: keyOf<Of<typeof scs._UpdateTtlRequest>>,
    run: async (cache, request) => {
      const result = await cache.items.updateTtl(request.cache_key, ttlChangeOf(request));
      return new scs._UpdateTtlResponse(
        result === 'set'
          ? { set: new scs._UpdateTtlResponse._Set() }
          : result === 'not set'
            ? { not_set: new scs._UpdateTtlResponse._NotSet() }
            : { missing: new scs._UpdateTtlResponse._Missing() },
      );
    },
  }),
  ItemGetTtl: operation({
    action: 'read',
    keys: keyOf<Of<typeof scs._ItemGetTtlRequest>>,
    run: async (cache, { cache_key }) => {
      const leftMs = await cache.items.ttl(cache_key);
      if (leftMs === undefined)
        return new scs._ItemGetTtlResponse({ missing: new scs._ItemGetTtlResponse._Missing() });
      // Of the millisecond that runs a part is over: what is left is always less than what was set (tested of the service).
      const remaining_ttl_millis = Math.max(0, leftMs - 1);
      return new scs._ItemGetTtlResponse({
        found: new scs._ItemGetTtlResponse._Found({ remaining_ttl_millis }),
      });
    },
  }),
  ItemGetType: operation({
    action: 'read',
    keys: keyOf<Of<typeof scs._ItemGetTypeRequest>>,
    run: async (cache, { cache_key }) => {
      const type = await cache.items.type(cache_key);
      return new scs._ItemGetTypeResponse(
        type === undefined
          ? { missing: new scs._ItemGetTypeResponse._Missing() }
          : { found: new scs._ItemGetTypeResponse._Found({ item_type: WIRE_TYPES[type] }) },
      );
    },
  }),
};

function ttlChangeOf(request: Of<typeof scs._UpdateTtlRequest>): TtlChange {
  switch (request.update_ttl) {
    case 'increase_to_milliseconds':
      return { how: 'increase', ttlMs: request.increase_to_milliseconds };
    case 'decrease_to_milliseconds':
      return { how: 'decrease', ttlMs: request.decrease_to_milliseconds };
    case 'overwrite_to_milliseconds':
      return { how: 'overwrite', ttlMs: request.overwrite_to_milliseconds };
    case 'none':
      throw invalidArgument('The request says no new TTL; set one of the three that there are.');
  }
}
