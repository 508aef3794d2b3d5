import type { Order } from '../backend.js';
import { Leaderboard, leaderboardKey, type RankedElement } from '../leaderboards.js';
import type { Action } from '../auth/scope.js';
import { operate, type Rooms } from './call.js';
import { Empty, leaderboard, type Of } from './messages.js';
import type { Unary } from './service.js';

const { _Order } = leaderboard;
/** What one answer holds when the client asks for no less (recorded). */
const DEFAULT_LIMIT = 8192;

/** Momento's leaderboards. */
export function leaderboardOperations(rooms: Rooms): Record<string, Unary> {
  const on =
    <Request extends { leaderboard: string }>(
      action: Action,
      run: (board: Leaderboard, request: Request) => Promise<unknown>,
    ): Unary =>
    (message, metadata) =>
      operate(
        rooms,
        {
          action,
          keys: (request: Request) => [leaderboardKey(request.leaderboard)],
          run: (cache, request) => run(new Leaderboard(cache, request.leaderboard), request),
        },
        metadata,
        message as Request,
      );
  return {
    DeleteLeaderboard: on('write', async (board) => {
      await board.delete();
      return new Empty();
    }),
    UpsertElements: on(
      'write',
      async (board, { elements }: Of<typeof leaderboard._UpsertElementsRequest>) => {
        await board.upsert(elements);
        return new Empty();
      },
    ),
    RemoveElements: on(
      'write',
      async (board, { ids }: Of<typeof leaderboard._RemoveElementsRequest>) => {
        await board.remove(ids);
        return new Empty();
      },
    ),
    GetLeaderboardLength: on(
      'read',
      async (board) =>
        new leaderboard._GetLeaderboardLengthResponse({ count: await board.length() }),
    ),
    GetByRank: on('read', async (board, request: Of<typeof leaderboard._GetByRankRequest>) => {
      const { start_inclusive: start = 0, end_exclusive: end = 0 } = request.has_rank_range
        ? request.rank_range
        : {};
      const elements = await board.byRank(start, end, orderOf(request.order));
      return new leaderboard._GetByRankResponse({ elements: elements.map(toWire) });
    }),
    GetByScore: on('read', async (board, request: Of<typeof leaderboard._GetByScoreRequest>) => {
      const { score_range: range, offset, limit_elements: limit } = request;
      const elements = await board.byScore(
        {
          ...(request.has_score_range && range.has_min_inclusive && { min: range.min_inclusive }),
          ...(request.has_score_range && range.has_max_exclusive && { max: range.max_exclusive }),
        },
        orderOf(request.order),
        offset,
        limit === 0 ? DEFAULT_LIMIT : limit,
      );
      return new leaderboard._GetByScoreResponse({ elements: elements.map(toWire) });
    }),
    GetRank: on('read', async (board, request: Of<typeof leaderboard._GetRankRequest>) => {
      const elements = await board.ranks(request.ids, orderOf(request.order));
      return new leaderboard._GetRankResponse({ elements: elements.map(toWire) });
    }),
    GetCompetitionRank: on(
      'read',
      async (board, request: Of<typeof leaderboard._GetCompetitionRankRequest>) => {
        // The highest score is first unless the client says otherwise (documented by the SDK).
        const order = request.has_order ? orderOf(request.order) : 'descending';
        const elements = await board.competitionRanks(request.ids, order);
        return new leaderboard._GetCompetitionRankResponse({ elements: elements.map(toWire) });
      },
    ),
  };
}

function orderOf(order: number): Order {
  return order === (_Order.DESCENDING as number) ? 'descending' : 'ascending';
}

function toWire(element: RankedElement): Of<typeof leaderboard._RankedElement> {
  return new leaderboard._RankedElement(element);
}
