import type { Bytes } from '../backend.js';
import { invalidArgument } from '../momento-error.js';
import { ttlOf } from './dictionaries.js';
import { scs, type Of } from './messages.js';
import { operation } from './scalars.js';

/** Momento's sets. */
export const setOperations = {
  SetFetch: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._SetFetchRequest>>,
    run: async (cache, { set_name }) => {
      const elements = await cache.sets.fetch(set_name);
      const { _Found, _Missing } = scs._SetFetchResponse;
      return new scs._SetFetchResponse(
        elements === undefined ? { missing: new _Missing() } : { found: new _Found({ elements }) },
      );
    },
  }),
  SetSample: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._SetSampleRequest>>,
    run: async (cache, { set_name, limit }) => {
      const elements = await cache.sets.sample(set_name, limit);
      const { _Found, _Missing } = scs._SetSampleResponse;
      return new scs._SetSampleResponse(
        elements === undefined ? { missing: new _Missing() } : { found: new _Found({ elements }) },
      );
    },
  }),
  SetUnion: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._SetUnionRequest>>,
    elements: ({ elements }) => elements,
    run: async (cache, request) => {
      await cache.sets.add(request.set_name, request.elements, ttlOf(request));
      return new scs._SetUnionResponse();
    },
  }),
  SetDifference: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._SetDifferenceRequest>>,
    run: async (cache, request) => {
      if (!request.has_subtrahend)
        throw invalidArgument(
          'Only elements can be subtracted from a set, not a set from elements; send a subtrahend.',
        );
      const { set_name, subtrahend } = request;
      let isFound: boolean;
      if (subtrahend.has_identity) {
        isFound = (await cache.sets.length(set_name)) !== undefined;
        await cache.items.delete(set_name);
      } else isFound = await cache.sets.remove(set_name, subtrahend.set.elements);
      const { _Found, _Missing } = scs._SetDifferenceResponse;
      return new scs._SetDifferenceResponse(
        isFound ? { found: new _Found() } : { missing: new _Missing() },
      );
    },
  }),
  SetContains: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._SetContainsRequest>>,
    elements: ({ elements }) => elements,
    run: async (cache, { set_name, elements }) => {
      const contains = await cache.sets.contains(set_name, elements);
      const { _Found, _Missing } = scs._SetContainsResponse;
      return new scs._SetContainsResponse(
        contains === undefined ? { missing: new _Missing() } : { found: new _Found({ contains }) },
      );
    },
  }),
  SetLength: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._SetLengthRequest>>,
    run: async (cache, { set_name }) => {
      const length = await cache.sets.length(set_name);
      const { _Found, _Missing } = scs._SetLengthResponse;
      return new scs._SetLengthResponse(
        length === undefined ? { missing: new _Missing() } : { found: new _Found({ length }) },
      );
    },
  }),
  SetPop: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._SetPopRequest>>,
    run: async (cache, { set_name, count }) => {
      const elements = await cache.sets.pop(set_name, count);
      const { _Found, _Missing } = scs._SetPopResponse;
      return new scs._SetPopResponse(
        elements === undefined ? { missing: new _Missing() } : { found: new _Found({ elements }) },
      );
    },
  }),
};

export function nameOf<Request extends { set_name: Bytes }>({ set_name }: Request): Bytes[] {
  return [set_name];
}
