import type { Bytes, CacheBackend, CollectionTtl, ListEnd, Slice } from '../backend.js';
import { ttlOf } from './dictionaries.js';
import { scs, type Of } from './messages.js';
import { operation } from './scalars.js';

/** Momento's lists. */
export const listOperations = {
  ListPushFront: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._ListPushFrontRequest>>,
    run: async (cache, request) =>
      new scs._ListPushFrontResponse({
        list_length: await join(cache, 'front', request, [request.value]),
      }),
  }),
  ListPushBack: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._ListPushBackRequest>>,
    run: async (cache, request) =>
      new scs._ListPushBackResponse({
        list_length: await join(cache, 'back', request, [request.value]),
      }),
  }),
  ListConcatenateFront: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._ListConcatenateFrontRequest>>,
    elements: ({ values }) => values,
    run: async (cache, request) =>
      new scs._ListConcatenateFrontResponse({
        list_length: await join(cache, 'front', request, request.values),
      }),
  }),
  ListConcatenateBack: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._ListConcatenateBackRequest>>,
    elements: ({ values }) => values,
    run: async (cache, request) =>
      new scs._ListConcatenateBackResponse({
        list_length: await join(cache, 'back', request, request.values),
      }),
  }),
  ListPopFront: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._ListPopFrontRequest>>,
    run: async (cache, { list_name }) => {
      const popped = await cache.lists.pop(list_name, 'front');
      const { _Found, _Missing } = scs._ListPopFrontResponse;
      return new scs._ListPopFrontResponse(
        popped === undefined
          ? { missing: new _Missing() }
          : { found: new _Found({ front: popped.value, list_length: popped.length }) },
      );
    },
  }),
  ListPopBack: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._ListPopBackRequest>>,
    run: async (cache, { list_name }) => {
      const popped = await cache.lists.pop(list_name, 'back');
      const { _Found, _Missing } = scs._ListPopBackResponse;
      return new scs._ListPopBackResponse(
        popped === undefined
          ? { missing: new _Missing() }
          : { found: new _Found({ back: popped.value, list_length: popped.length }) },
      );
    },
  }),
  ListFetch: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._ListFetchRequest>>,
    run: async (cache, request) => {
      const values = await cache.lists.fetch(request.list_name, sliceOf(request));
      const { _Found, _Missing } = scs._ListFetchResponse;
      return new scs._ListFetchResponse(
        values === undefined ? { missing: new _Missing() } : { found: new _Found({ values }) },
      );
    },
  }),
  ListRetain: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._ListRetainRequest>>,
    run: async (cache, request) => {
      const slice = sliceOf(request);
      const list_length = await cache.lists.retain(request.list_name, slice, ttlOf(request));
      const { _Found, _Missing } = scs._ListRetainResponse;
      return new scs._ListRetainResponse(
        list_length === undefined
          ? { missing: new _Missing() }
          : { found: new _Found({ list_length }) },
      );
    },
  }),
  ListRemove: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._ListRemoveRequest>>,
    run: async (cache, { list_name, all_elements_with_value }) => {
      const list_length = await cache.lists.removeValue(list_name, all_elements_with_value);
      const { _Found, _Missing } = scs._ListRemoveResponse;
      return new scs._ListRemoveResponse(
        list_length === undefined
          ? { missing: new _Missing() }
          : { found: new _Found({ list_length }) },
      );
    },
  }),
  ListErase: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._ListEraseRequest>>,
    run: async (cache, request) => {
      const list_length = await erase(cache, request);
      const { _Found, _Missing } = scs._ListEraseResponse;
      return new scs._ListEraseResponse(
        list_length === undefined
          ? { missing: new _Missing() }
          : { found: new _Found({ list_length }) },
      );
    },
  }),
  ListLength: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._ListLengthRequest>>,
    run: async (cache, { list_name }) => {
      const length = await cache.lists.length(list_name);
      const { _Found, _Missing } = scs._ListLengthResponse;
      return new scs._ListLengthResponse(
        length === undefined ? { missing: new _Missing() } : { found: new _Found({ length }) },
      );
    },
  }),
};

function nameOf<Request extends { list_name: Bytes }>({ list_name }: Request): Bytes[] {
  return [list_name];
}

interface JoinRequest {
  list_name: Bytes;
  ttl_milliseconds: number;
  refresh_ttl: boolean;
  truncate_back_to_size?: number;
  truncate_front_to_size?: number;
}

function join(
  cache: CacheBackend,
  end: ListEnd,
  request: JoinRequest,
  values: readonly Bytes[],
): Promise<number> {
  const truncateTo =
    (end === 'front' ? request.truncate_back_to_size : request.truncate_front_to_size) ?? 0;
  const ttl: CollectionTtl = ttlOf(request);
  return cache.lists.concatenate(request.list_name, end, values, ttl, truncateTo);
}

async function erase(
  cache: CacheBackend,
  request: Of<typeof scs._ListEraseRequest>,
): Promise<number | undefined> {
  const { list_name } = request;
  if (!request.has_all)
    return cache.lists.erase(
      list_name,
      request.some.ranges.map(({ begin_index, count }) => ({ begin: begin_index, count })),
    );
  const isThere = (await cache.lists.length(list_name)) !== undefined;
  await cache.items.delete(list_name);
  return isThere ? 0 : undefined;
}

interface SliceRequest {
  has_inclusive_start: boolean;
  inclusive_start: number;
  has_exclusive_end: boolean;
  exclusive_end: number;
}

function sliceOf(request: SliceRequest): Slice {
  return {
    ...(request.has_inclusive_start && { start: request.inclusive_start }),
    ...(request.has_exclusive_end && { end: request.exclusive_end }),
  };
}
