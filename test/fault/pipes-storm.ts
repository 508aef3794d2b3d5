/**
 * A child process for the fault tests of pipes: runs the pipe of a folder, told by its first argument, a
 * {@link Storm} as JSON; see `pipe-process.ts` for its other side.
 */
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { createDestinations, createEgressPolicy } from '../../src/destinations/index.js';
import { systemClock } from '../../src/lib/clock.js';
import { silentLog } from '../../src/lib/log.js';
import { createSupervisor, embeddedTables } from '../../src/pipes/index.js';
import { embeddedStreams } from '../../src/streams/index.js';
import type { Storm, Usage } from './pipe-process.js';
import { openRooms, PIPE, SCOPE, TABLE } from './pipe-rooms.js';
import { memoryRooms } from '../pipes/memory-rooms.js';

const WRITERS = 20;
/** Looks at the event loop; more often would cost time that an idle pipe does not. */
const LOOK_EVERY_MS = 10;
const loopDelay = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
loopDelay.enable();

const storm = JSON.parse(process.argv[2]!) as Storm;
const rooms = await openRooms(storm.folder, storm.rotation);
const common = { state: rooms.state, clock: systemClock, log: silentLog };
const destinations = createDestinations({
  ...common,
  egress: createEgressPolicy({ allowLoopback: true }),
  ...(storm.timeLimitMs !== undefined && { timeLimitMs: storm.timeLimitMs }),
});
const supervisor = createSupervisor({
  currentItem: () => Promise.resolve(undefined),
  tables: embeddedTables(rooms.tables),
  lists: () => Promise.resolve(undefined),
  ...memoryRooms(),
  ...common,
  streams: embeddedStreams({ log: rooms.tables.streamLog, scope: SCOPE }),
  destinations,
});
await supervisor.start();
process.on('disconnect', () => process.exit());
process.on('message', () => process.send!(usage()));

if (storm.write)
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(storm.write!, writer)));
if (storm.churn) await churn(storm.churn);
process.send!('written');
if (storm.untilDelivered) {
  while (supervisor.status(PIPE)?.idle !== true) await delay(5);
  await supervisor.close();
  await destinations.close();
  await rooms.close();
  process.disconnect();
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  const lateMs = loopDelay.max / 1e6 - LOOK_EVERY_MS;
  loopDelay.reset();
  return {
    rss: process.memoryUsage.rss(),
    cpuMs: (user + system) / 1000,
    idle: supervisor.status(PIPE)?.idle === true,
    lateMs,
  };
}

/** Versions count on for each item, also over its deletions. */
async function churn({
  items,
  firstVersion,
  perSecond,
}: NonNullable<Storm['churn']>): Promise<void> {
  const start = performance.now();
  for (let count = 0; ; count += 1) {
    const item = { S: String(count % items) };
    const version = String(firstVersion + Math.floor(count / items));
    const change =
      Math.random() < 0.2
        ? rooms.tables.deleteItem({ TableName: TABLE, Key: { pk: item } })
        : rooms.tables.putItem({ TableName: TABLE, Item: { pk: item, v: { N: version } } });
    await change;
    const aheadMs = start + (count * 1000) / perSecond - performance.now();
    if (aheadMs > 5) await delay(aheadMs);
    if (count % items === 0) {
      const backfill = await supervisor.backfill(PIPE)!.view();
      if (backfill?.state === 'COMPLETED') return;
    }
  }
}

/** Each writer has items of its own, so that the order of its acknowledgements is that of the writes. */
async function write(
  { items, firstVersion, changes }: NonNullable<Storm['write']>,
  writer: number,
): Promise<void> {
  const end = firstVersion + (changes === undefined ? Infinity : Math.ceil(changes / WRITERS));
  for (let version = firstVersion; version < end; version += 1) {
    const item = writer + WRITERS * Math.floor((Math.random() * items) / WRITERS);
    await rooms.tables.putItem({
      TableName: TABLE,
      Item: { pk: { S: String(item) }, v: { N: String(version) } },
    });
    if (!process.stdout.write(`${item} ${version}\n`)) await once(process.stdout, 'drain');
  }
}
