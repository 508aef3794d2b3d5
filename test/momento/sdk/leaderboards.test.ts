import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { LeaderboardFetch, LeaderboardOrder, type PreviewLeaderboardClient } from '@gomomento/sdk';
import { Leaderboard } from '../../../src/momento/leaderboards.js';
import { startMomento, type RunningMomento } from '../../../src/server/momento.js';
import { leaderboardClient, localCredentials } from './clients.js';

type Board = ReturnType<PreviewLeaderboardClient['leaderboard']>;

describe("the official SDK's leaderboard client", () => {
  let momento: RunningMomento;
  let client: PreviewLeaderboardClient;
  before(async () => {
    momento = await startMomento({ caches: ['c'] });
    client = leaderboardClient(localCredentials(momento));
  });
  after(async () => {
    client.close();
    await momento.close();
  });

  async function board(name: string, elements: Record<number, number>): Promise<Board> {
    const made = client.leaderboard('c', name);
    assert.equal((await made.upsert(elements)).toString(), 'Success');
    return made;
  }

  async function fetched(response: Promise<unknown>): Promise<string> {
    const answer = await response;
    assert.ok(answer instanceof LeaderboardFetch.Success, String(answer));
    return answer
      .values()
      .map(({ id, score, rank }) => `${rank}: ${id} ${score}`)
      .join(', ');
  }

  it('puts and moves elements', async () => {
    const scores = await board('put', { 1: 10, 2: 20, 3: 30 });
    assert.equal(await fetched(scores.fetchByScore()), '0: 1 10, 1: 2 20, 2: 3 30');
    await scores.upsert({ 1: 25.5, 4: 16777217 });
    assert.equal(
      await fetched(scores.fetchByScore()),
      '0: 2 20, 1: 1 25.5, 2: 3 30, 3: 4 16777217',
    );
  });

  it('fetches by rank in both orders', async () => {
    const scores = await board('rank', { 1: 10, 2: 20, 3: 30 });
    assert.equal(await fetched(scores.fetchByRank(0, 2)), '0: 1 10, 1: 2 20');
    const order = LeaderboardOrder.Descending;
    assert.equal(await fetched(scores.fetchByRank(1, 9, { order })), '1: 2 20, 2: 1 10');
  });

  it('fetches by score: from the minimum to below the maximum', async () => {
    const scores = await board('score', { 1: 10, 2: 20, 3: 30, 4: 40 });
    const range = { minScore: 20, maxScore: 40 };
    assert.equal(await fetched(scores.fetchByScore(range)), '1: 2 20, 2: 3 30');
    const options = { order: LeaderboardOrder.Descending, offset: 1, count: 2 };
    assert.equal(await fetched(scores.fetchByScore(options)), '1: 3 30, 2: 2 20');
    assert.equal(await fetched(scores.fetchByScore({ offset: 9 })), '');
  });

  it('tells ranks of elements that are there', async () => {
    const scores = await board('ranks', { 1: 10, 2: 20, 3: 20 });
    assert.equal(await fetched(scores.getRank([3, 9, 1])), '2: 3 20, 0: 1 10');
    const order = LeaderboardOrder.Descending;
    assert.equal(await fetched(scores.getRank([1], { order })), '2: 1 10');
  });

  it('removes elements, and whole leaderboards', async () => {
    const scores = await board('removal', { 1: 10, 2: 20 });
    assert.equal((await scores.removeElements([1, 7])).toString(), 'Success');
    assert.equal(await fetched(scores.fetchByScore()), '0: 2 20');
    assert.equal((await scores.delete()).toString(), 'Success');
    assert.equal((await scores.delete()).toString(), 'Success');
    assert.equal(((await scores.length()) as unknown as { length(): number }).length(), 0);
    assert.equal(await fetched(scores.fetchByRank(0, 9)), '');
    assert.equal(await fetched(scores.getRank([1])), '');
  });

  it('refuses what the service refuses', async () => {
    const scores = await board('bad', { 1: 10 });
    const refused = [
      scores.upsert({}),
      scores.removeElements([]),
      scores.fetchByRank(0, 0),
      scores.fetchByRank(10, 5),
      scores.fetchByRank(0, 8193),
      scores.fetchByScore({ minScore: 100, maxScore: 50 }),
      scores.fetchByScore({ count: 8193 }),
    ];
    for (const answer of refused)
      assert.equal(
        ((await answer) as unknown as { errorCode(): string }).errorCode(),
        'INVALID_ARGUMENT_ERROR',
      );
    const elsewhere = await client.leaderboard('absent', 'l').length();
    assert.equal((elsewhere as unknown as { errorCode(): string }).errorCode(), 'NOT_FOUND_ERROR');
  });

  it('tells competition ranks: equal scores share one', async () => {
    await board('competition', { 1: 10, 2: 20, 3: 20 });
    const scores = new Leaderboard(momento.caches.cache('c'), 'competition');
    const ranks = async (order: 'ascending' | 'descending'): Promise<number[]> =>
      (await scores.competitionRanks([1, 2, 3], order)).map(({ rank }) => rank);
    assert.deepEqual(await ranks('descending'), [2, 0, 0]);
    assert.deepEqual(await ranks('ascending'), [0, 1, 1]);
  });

  it('stands beside items of the same name', async () => {
    await board('name', { 1: 10 });
    const cache = momento.caches.cache('c');
    assert.equal(await cache.items.type(Buffer.from('name')), undefined);
  });
});
