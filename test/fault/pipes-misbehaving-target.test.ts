import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'node:test';
import type { PipeSourceParameters } from '../../src/state/index.js';
import { checkItem } from './deliveries.js';
import {
  faultsAtRandom,
  setUpTarget,
  type MisbehavingTarget,
  type Script,
} from './misbehaving-target.js';
import { PipeProcess, type Storm } from './pipe-process.js';
import {
  makePipe,
  moveTarget,
  readChanges,
  readDeadLetters,
  type Change,
  type Changes,
} from './pipe-rooms.js';
import { randomFrom } from './random.js';

/** Of the storm; `FRESHET_FAULT_CHANGES=100000 FRESHET_FAULT_ITEMS=1000` is the long run. */
const CHANGES = Number(process.env['FRESHET_FAULT_CHANGES'] ?? 10_000);
const ITEMS = Number(process.env['FRESHET_FAULT_ITEMS'] ?? 200);
const KILLS = 5;
/** In this run the target also answers that there are too many requests. */
const REFUSING_RUN = 3;
const ROTATION = { streamShards: 4, shardMaxRecords: 1_000 };
/** Longer than the test's own process ever stands still, so that what it answers is answered in time. */
const TIME_LIMIT_MS = 1_000;
/** This item's changes fail for so long after each start. */
const SICK_ITEM = '7';
const SICK_MS = 1_500;
/** What was handled so long before a kill is saved: 100 ms between two saves, and time for the save itself. */
const SAVED_AFTER_MS = 500;
/** What memory may grow by while nothing can be delivered. */
const FLAT_BYTES = 24 * 1024 * 1024;
const DOWN_MS = 2_500;

/** Some changes get a redirect, whenever they are sent: a failure that does not mend itself. */
const isRedirected = ({ version }: Pick<Change, 'version'>): boolean => version % 50 === 42;

/** Faults at random, one item that fails for a while from now on, and redirects. */
function sickScript(run: number): Script {
  const faults = faultsAtRandom(run, run === REFUSING_RUN);
  const sickUntil = performance.now() + SICK_MS;
  return (item, version) => {
    if (isRedirected({ version })) return 'redirect';
    if (item === SICK_ITEM && performance.now() < sickUntil) return 'fail';
    return faults(item, version);
  };
}

describe('a target that misbehaves in every way, while the pipe is killed at random moments', () => {
  it('gets every change, those of an item in their order, again only from where the pipe was', async (test) => {
    const { target, endpoint, folder } = await setUpTarget(test);
    const random = randomFrom(11);
    const killedAt: number[] = [];
    const storm = { folder, rotation: ROTATION, timeLimitMs: TIME_LIMIT_MS };
    // The first run writes half of the changes; each other one a part of the rest.
    const changes = (run: number): number =>
      run === 0 ? CHANGES / 2 : Math.ceil(CHANGES / 2 / KILLS);
    const start = (run: number, more?: Partial<Storm>): PipeProcess => {
      target.script = sickScript(run);
      target.beginRun();
      const write = { items: ITEMS, firstVersion: run * 1_000_000, changes: changes(run) };
      return new PipeProcess(test, { ...storm, write, ...more });
    };
    const kill = async (running: PipeProcess): Promise<void> => {
      killedAt.push(performance.now());
      await running.kill();
    };

    // An endpoint of https that does not speak it: a target that is down.
    await makePipe(folder, endpoint.replace('http:', 'https:'));
    await checkMemoryIsFlat(target, start(0), kill);
    await moveTarget(folder, endpoint);

    for (let run = 1; run < KILLS; run += 1) {
      const running = start(run);
      await target.enough(Math.ceil((random() * 1.5 * CHANGES) / KILLS) + 50);
      await kill(running);
    }
    await start(KILLS, { untilDelivered: true }).end();

    const all = await readChanges(folder);
    checkDeliveries(target, all, CHANGES / 2);
    checkRepeats(target, all, killedAt);
    const redirected = all.shards.flat().filter(isRedirected);
    assert.deepEqual(
      [...(await readDeadLetters(folder)).keys()].sort(),
      redirected.map(({ item, version }) => `${item} ${String(version)}`).sort(),
    );
    for (const behaviour of [
      'huge',
      'redirect',
      'reset',
      'hang',
      'half',
      'dribble',
      'refuse',
      'fail',
    ] as const)
      assert.ok(target.counts.get(behaviour)! > 0, `${behaviour} was on the script`);
  });
});

/** With a target that is down, memory stays as it is, and probes are few. Ends the run. */
async function checkMemoryIsFlat(
  target: MisbehavingTarget,
  running: PipeProcess,
  kill: (running: PipeProcess) => Promise<void>,
): Promise<void> {
  await running.written;
  await delay(DOWN_MS / 4);
  const [before, probesBefore] = [await running.usage(), target.notHttp];
  await delay(DOWN_MS);
  const [after, probesAfter] = [await running.usage(), target.notHttp];
  await kill(running);
  const grown = after.rss - before.rss;
  assert.ok(grown < FLAT_BYTES, `memory grew by ${String(grown)} bytes`);
  assert.equal(target.arrivals.length, 0);
  const probes = probesAfter - probesBefore;
  assert.ok(probes > 0 && probes < 20, `${String(probes)} attempts in ${String(DOWN_MS)} ms`);
}

function checkDeliveries(target: MisbehavingTarget, { history }: Changes, atLeast: number): void {
  let count = 0;
  for (const [item, versions] of history) {
    checkItem(item, versions, target.runs);
    const last = target.runs.findLast((run) => run.has(item))!.get(item)!;
    assert.equal(last.at(-1), versions.at(-1), `${item}: its last request carries its last state`);
    count += versions.length;
  }
  assert.ok(count >= atLeast, `${String(count)} changes`);
}

/** What was handled before a kill, and everything before it in its shard too, is not sent again. */
function checkRepeats(
  target: MisbehavingTarget,
  { shards }: Changes,
  killedAt: readonly number[],
): void {
  const sent = target.runs.map(
    (run) =>
      new Set([...run].flatMap(([item, versions]) => versions.map((v) => `${item} ${String(v)}`))),
  );
  for (const [run, killed] of killedAt.entries())
    for (const shard of shards) {
      const changes = shard.map(({ item, version }) => `${item} ${String(version)}`);
      // The pipe begins behind what was handled before, and sends in the shard's order.
      const begun = changes.findIndex((change) => sent[run]!.has(change));
      if (begun === -1) continue;
      for (const change of changes.slice(begun)) {
        if (!(target.settled[run]!.get(change)! < killed - SAVED_AFTER_MS)) break;
        const again = sent.findIndex((later, at) => at > run && later.has(change));
        assert.equal(again, -1, `${change} was handled long before kill ${String(run)}`);
      }
    }
}

/** What makes a pipe give up changes of an item that always fails. */
const LIMITS: {
  source: Partial<PipeSourceParameters['DynamoDBStreamParameters']>;
  attempts: (count: number) => boolean;
}[] = [
  { source: { MaximumRetryAttempts: 2 }, attempts: (count) => count === 3 },
  { source: { MaximumRecordAgeInSeconds: 3 }, attempts: (count) => count < 100 },
];

describe('the dead letters of a pipe', { concurrency: true }, () => {
  for (const { source, attempts } of LIMITS)
    it(`with ${JSON.stringify(source)} are exactly the changes that always fail`, async (test) => {
      const { target, endpoint, folder } = await setUpTarget(test);
      await makePipe(folder, endpoint, { source });
      target.script = (item) => (item === SICK_ITEM ? 'fail' : 'ok');
      target.beginRun();
      await new PipeProcess(test, {
        folder,
        rotation: ROTATION,
        write: { items: 40, firstVersion: 0, changes: 400 },
        untilDelivered: true,
      }).end();

      const { history } = await readChanges(folder);
      const letters = await readDeadLetters(folder);
      const sick = history.get(SICK_ITEM)!.map((version) => `${SICK_ITEM} ${String(version)}`);
      assert.deepEqual([...letters.keys()].sort(), sick.sort());
      for (const [change, count] of letters)
        assert.ok(attempts(count), `${change} was sent ${String(count)} times`);
      history.delete(SICK_ITEM);
      for (const [item, versions] of history) checkItem(item, versions, target.runs);
    });
});
