import type { Bytes, CollectionTtl } from '../backend.js';
import type { ExactIncrement, ExactSum } from './exact-integers.js';
import { scs, type Of } from './messages.js';
import { operation } from './scalars.js';

/** Momento's dictionaries. */
export const dictionaryOperations = {
  DictionaryGet: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._DictionaryGetRequest>>,
    elements: ({ fields }) => fields,
    run: async (cache, { dictionary_name, fields }) => {
      const values = await cache.dictionaries.get(dictionary_name, fields);
      const { _Found, _Missing, _DictionaryGetResponsePart } = scs._DictionaryGetResponse;
      if (values === undefined) return new scs._DictionaryGetResponse({ missing: new _Missing() });
      const items = values.map((value) =>
        value === undefined
          ? new _DictionaryGetResponsePart({ result: scs.ECacheResult.Miss })
          : new _DictionaryGetResponsePart({ result: scs.ECacheResult.Hit, cache_body: value }),
      );
      return new scs._DictionaryGetResponse({ found: new _Found({ items }) });
    },
  }),
  DictionaryFetch: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._DictionaryFetchRequest>>,
    run: async (cache, { dictionary_name }) => {
      const pairs = await cache.dictionaries.fetch(dictionary_name);
      const { _Found, _Missing } = scs._DictionaryFetchResponse;
      if (pairs === undefined) return new scs._DictionaryFetchResponse({ missing: new _Missing() });
      const items = pairs.map(
        ([field, value]) => new scs._DictionaryFieldValuePair({ field, value }),
      );
      return new scs._DictionaryFetchResponse({ found: new _Found({ items }) });
    },
  }),
  DictionarySet: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._DictionarySetRequest>>,
    elements: ({ items }) => items.map(({ value }) => value),
    run: async (cache, request) => {
      const pairs = request.items.map(({ field, value }) => [field, value] as const);
      await cache.dictionaries.set(request.dictionary_name, pairs, ttlOf(request));
      return new scs._DictionarySetResponse();
    },
  }),
  DictionaryIncrement: operation({
    action: 'write',
    keys: ({ key }: ExactIncrement) => [key],
    run: async (cache, request): Promise<ExactSum> => {
      const { key, field, amount } = request;
      return { value: await cache.dictionaries.increment(key, field, amount, ttlOf(request)) };
    },
  }),
  DictionaryDelete: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._DictionaryDeleteRequest>>,
    run: async (cache, request) => {
      if (request.has_all) await cache.items.delete(request.dictionary_name);
      else await cache.dictionaries.remove(request.dictionary_name, request.some.fields);
      return new scs._DictionaryDeleteResponse();
    },
  }),
  DictionaryLength: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._DictionaryLengthRequest>>,
    run: async (cache, { dictionary_name }) => {
      const length = await cache.dictionaries.length(dictionary_name);
      const { _Found, _Missing } = scs._DictionaryLengthResponse;
      return new scs._DictionaryLengthResponse(
        length === undefined ? { missing: new _Missing() } : { found: new _Found({ length }) },
      );
    },
  }),
};

function nameOf<Request extends { dictionary_name: Bytes }>(request: Request): Bytes[] {
  return [request.dictionary_name];
}

export function ttlOf(request: { ttl_milliseconds: number; refresh_ttl: boolean }): CollectionTtl {
  return { ttlMs: request.ttl_milliseconds, refresh: request.refresh_ttl };
}
