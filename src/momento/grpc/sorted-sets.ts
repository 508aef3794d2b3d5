import type { Aggregate, Order, ScoredElement, ScoreRange } from '../backend.js';
import { invalidArgument } from '../momento-error.js';
import { ttlOf } from './dictionaries.js';
import { scs, type Of } from './messages.js';
import { operation } from './scalars.js';
import { nameOf } from './sets.js';

const { Order: FetchOrder } = scs._SortedSetFetchRequest;
const { Order: RankOrder } = scs._SortedSetGetRankRequest;
const { AggregateFunction } = scs._SortedSetUnionStoreRequest;

/** Momento's sorted sets. */
export const sortedSetOperations = {
  SortedSetPut: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._SortedSetPutRequest>>,
    elements: ({ elements }) => elements.map(({ value }) => value),
    run: async (cache, request) => {
      for (const { score } of request.elements) checkScore(score);
      await cache.sortedSets.put(request.set_name, request.elements, ttlOf(request));
      return new scs._SortedSetPutResponse();
    },
  }),
  SortedSetFetch: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._SortedSetFetchRequest>>,
    run: async (cache, request) => {
      const order = request.order === FetchOrder.DESCENDING ? 'descending' : 'ascending';
      const found = request.has_by_score
        ? await cache.sortedSets.fetchByScore(
            request.set_name,
            scoreRangeOf(request.by_score),
            order,
            request.by_score.offset,
            request.by_score.count < 0 ? undefined : request.by_score.count,
          )
        : await cache.sortedSets.fetchByIndex(request.set_name, indexSliceOf(request), order);
      return fetchResponse(found, request.with_scores);
    },
  }),
  SortedSetGetScore: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._SortedSetGetScoreRequest>>,
    elements: ({ values }) => values,
    run: async (cache, { set_name, values }) => {
      const scores = await cache.sortedSets.scores(set_name, values);
      const {
        _SortedSetFound,
        _SortedSetMissing,
        _SortedSetGetScoreResponsePart: Part,
      } = scs._SortedSetGetScoreResponse;
      if (scores === undefined)
        return new scs._SortedSetGetScoreResponse({ missing: new _SortedSetMissing() });
      const elements = scores.map((score) =>
        score === undefined
          ? new Part({ result: scs.ECacheResult.Miss })
          : new Part({ result: scs.ECacheResult.Hit, score }),
      );
      return new scs._SortedSetGetScoreResponse({ found: new _SortedSetFound({ elements }) });
    },
  }),
  SortedSetRemove: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._SortedSetRemoveRequest>>,
    run: async (cache, request) => {
      if (request.has_all) await cache.items.delete(request.set_name);
      else await cache.sortedSets.remove(request.set_name, request.some.values);
      return new scs._SortedSetRemoveResponse();
    },
  }),
  SortedSetIncrement: operation({
    action: 'write',
    keys: nameOf<Of<typeof scs._SortedSetIncrementRequest>>,
    run: async (cache, request) => {
      const { set_name, value, amount } = request;
      checkScore(amount);
      const score = await cache.sortedSets.increment(set_name, value, amount, ttlOf(request));
      return new scs._SortedSetIncrementResponse({ score });
    },
  }),
  SortedSetGetRank: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._SortedSetGetRankRequest>>,
    run: async (cache, { set_name, value, order }) => {
      const wanted: Order = order === RankOrder.DESCENDING ? 'descending' : 'ascending';
      const found = await cache.sortedSets.rank(set_name, value, wanted);
      const { _RankResponsePart, _SortedSetMissing } = scs._SortedSetGetRankResponse;
      if (found === undefined)
        return new scs._SortedSetGetRankResponse({ missing: new _SortedSetMissing() });
      const { rank } = found;
      return new scs._SortedSetGetRankResponse({
        element_rank:
          rank === undefined
            ? new _RankResponsePart({ result: scs.ECacheResult.Miss })
            : new _RankResponsePart({ result: scs.ECacheResult.Hit, rank }),
      });
    },
  }),
  SortedSetLength: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._SortedSetLengthRequest>>,
    run: async (cache, { set_name }) => {
      const length = await cache.sortedSets.length(set_name);
      const { _Found, _Missing } = scs._SortedSetLengthResponse;
      return new scs._SortedSetLengthResponse(
        length === undefined ? { missing: new _Missing() } : { found: new _Found({ length }) },
      );
    },
  }),
  SortedSetLengthByScore: operation({
    action: 'read',
    keys: nameOf<Of<typeof scs._SortedSetLengthByScoreRequest>>,
    run: async (cache, request) => {
      const range = lengthRangeOf(request);
      const length = await cache.sortedSets.lengthByScore(request.set_name, range);
      const { _Found, _Missing } = scs._SortedSetLengthByScoreResponse;
      return new scs._SortedSetLengthByScoreResponse(
        length === undefined ? { missing: new _Missing() } : { found: new _Found({ length }) },
      );
    },
  }),
  SortedSetUnionStore: operation({
    action: 'write',
    keys: ({ set_name, sources }: Of<typeof scs._SortedSetUnionStoreRequest>) => [
      set_name,
      ...sources.map((source) => source.set_name),
    ],
    run: async (cache, { set_name, sources, aggregate, ttl_milliseconds }) => {
      const length = await cache.sortedSets.unionStore(
        set_name,
        sources.map(({ set_name: key, weight }) => ({ key, weight })),
        AGGREGATES[aggregate] ?? 'sum',
        ttl_milliseconds,
      );
      return new scs._SortedSetUnionStoreResponse({ length });
    },
  }),
};

const AGGREGATES: Readonly<Record<number, Aggregate>> = {
  [AggregateFunction.SUM]: 'sum',
  [AggregateFunction.MIN]: 'min',
  [AggregateFunction.MAX]: 'max',
};

function checkScore(score: number): void {
  if (Number.isNaN(score)) throw invalidArgument('A score is not a number; send one that is.');
}

function fetchResponse(
  found: ScoredElement[] | undefined,
  withScores: boolean,
): Of<typeof scs._SortedSetFetchResponse> {
  const { _Found, _Missing } = scs._SortedSetFetchResponse;
  if (found === undefined) return new scs._SortedSetFetchResponse({ missing: new _Missing() });
  const answer = withScores
    ? {
        values_with_scores: new _Found._ValuesWithScores({
          elements: found.map(({ value, score }) => new scs._SortedSetElement({ value, score })),
        }),
      }
    : { values: new _Found._Values({ values: found.map(({ value }) => value) }) };
  return new scs._SortedSetFetchResponse({ found: new _Found(answer) });
}

function indexSliceOf(request: Of<typeof scs._SortedSetFetchRequest>): {
  start?: number;
  end?: number;
} {
  if (!request.has_by_index) return {};
  const { by_index } = request;
  return {
    ...(by_index.has_inclusive_start_index && { start: by_index.inclusive_start_index }),
    ...(by_index.has_exclusive_end_index && { end: by_index.exclusive_end_index }),
  };
}

function scoreRangeOf(byScore: Of<typeof scs._SortedSetFetchRequest._ByScore>): ScoreRange {
  return {
    ...(byScore.has_min_score && { min: byScore.min_score }),
    ...(byScore.has_max_score && { max: byScore.max_score }),
  };
}

function lengthRangeOf(request: Of<typeof scs._SortedSetLengthByScoreRequest>): ScoreRange {
  return {
    ...(request.has_inclusive_min && { min: { score: request.inclusive_min, exclusive: false } }),
    ...(request.has_exclusive_min && { min: { score: request.exclusive_min, exclusive: true } }),
    ...(request.has_inclusive_max && { max: { score: request.inclusive_max, exclusive: false } }),
    ...(request.has_exclusive_max && { max: { score: request.exclusive_max, exclusive: true } }),
  };
}
