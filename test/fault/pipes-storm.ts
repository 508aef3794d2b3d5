/**
 * A child process for `pipes-kill.test.ts`: runs the pipe of the folder given as its first argument; the
 * second says how its streams rotate (JSON). With a third argument, the first version to write, it also
 * writes to the pipe's table as fast as it can, and tells each acknowledged write on a line of standard
 * output: `item version`. Without, it ends when the pipe has delivered everything.
 */
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { createDestinations, createEgressPolicy } from '../../src/destinations/index.js';
import type { RotationOptions } from '../../src/dynamodb/index.js';
import { systemClock } from '../../src/lib/clock.js';
import { silentLog } from '../../src/lib/log.js';
import { createSupervisor } from '../../src/pipes/index.js';
import { embeddedStreams } from '../../src/streams/index.js';
import { openRooms, PIPE, SCOPE, TABLE } from './pipe-rooms.js';

const ITEMS = 60;
const WRITERS = 20;

const [folder, rotation, firstVersion] = process.argv.slice(2);
const rooms = await openRooms(folder!, JSON.parse(rotation!) as RotationOptions);
const common = { state: rooms.state, clock: systemClock, log: silentLog };
const destinations = createDestinations({
  ...common,
  egress: createEgressPolicy({ allowLoopback: true }),
});
const supervisor = createSupervisor({
  ...common,
  streams: embeddedStreams({ log: rooms.tables.streamLog, scope: SCOPE }),
  destinations,
});
await supervisor.start();

if (firstVersion === undefined) {
  while (supervisor.status(PIPE)?.idle !== true) await delay(5);
  await supervisor.close();
  await destinations.close();
  await rooms.close();
} else await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));

/** Each writer has items of its own, so that the order of its acknowledgements is that of the writes. */
async function write(writer: number): Promise<void> {
  for (let version = Number(firstVersion); ; version += 1) {
    const item = writer + WRITERS * Math.floor((Math.random() * ITEMS) / WRITERS);
    await rooms.tables.putItem({
      TableName: TABLE,
      Item: { pk: { S: String(item) }, v: { N: String(version) } },
    });
    if (!process.stdout.write(`${item} ${version}\n`)) await once(process.stdout, 'drain');
  }
}
