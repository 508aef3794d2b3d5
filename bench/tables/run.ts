// The table operations over the wire: Freshet beside the other local DynamoDBs, in one run.
//
//   npm run bench:tables                             three rounds, the contenders taking turns
//   npm run bench:tables -- --rounds 1 --seconds 2   a quick look
//   npm run bench:tables -- --only PutItem,GetItem   some of the operations
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median, ratios, say } from '../report.js';
import { measure, type Measured } from './measure.js';
import { dynalite, dynamoDbLocal, freshet, type Peer, type RunningPeer } from './peers.js';
import { Connection, statusOf, wireRequest } from './wire.js';
import { fill, TABLE, WORKLOADS, type Workload } from './workloads.js';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    only: { type: 'string', default: '' },
  },
});
const rounds = Number(options.rounds);
const seconds = Number(options.seconds);
const workloads = WORKLOADS.filter(
  ({ name }) => !options.only || options.only.split(',').includes(name.split(' ')[0]!),
);
const CONCURRENCIES = [1, 64];
const contenders = [freshet, dynamoDbLocal(false), dynamoDbLocal(true), dynalite];

/** By contender, then by operation and concurrency: one figure a round. */
const results = new Map<Peer, Map<string, Measured[]>>(contenders.map((peer) => [peer, new Map()]));
const memory = new Map<Peer, number[]>(contenders.map((peer) => [peer, []]));
const startMs = new Map<Peer, number[]>(contenders.map((peer) => [peer, []]));

say(
  `node ${process.version}, ${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, ${String(rounds)} rounds`,
);
for (let round = 1; round <= rounds; round += 1) {
  say(`\nround ${String(round)}`);
  for (const peer of contenders) await measurePeer(peer);
}
report();

function workloadsOf({ lacks }: Peer): Workload[] {
  return workloads.filter(({ name }) => !lacks.includes(name));
}

async function measurePeer(peer: Peer): Promise<void> {
  const started = performance.now();
  const running = await peer.start();
  startMs.get(peer)!.push(performance.now() - started);
  try {
    await prepare(peer, running);
    let most = 0;
    for (const workload of workloadsOf(peer))
      for (const concurrency of CONCURRENCIES) {
        const measured = await measure(running.port, workload.request, concurrency, seconds);
        most = Math.max(most, ownMemory(running));
        const key = keyOf(workload.name, concurrency);
        const all = results.get(peer)!;
        all.set(key, [...(all.get(key) ?? []), measured]);
        say(`  ${key}  ${figures(measured)}  ${peer.name}`);
      }
    memory.get(peer)!.push(most);
  } finally {
    await running.close();
  }
}

/** Makes the table, fills it and runs every operation for a while. */
async function prepare(peer: Peer, { port }: RunningPeer): Promise<void> {
  const connection = await Connection.open(port);
  const send = async (request: Buffer): Promise<Buffer> => {
    const answer = await connection.send(request);
    if (statusOf(answer) !== 200) throw new Error(answer.toString('utf8', 0, 600));
    return answer;
  };
  const stream = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' };
  await send(
    wireRequest('CreateTable', {
      ...TABLE,
      ...(peer.hasStreams && { StreamSpecification: stream }),
    }),
  );
  const describe = wireRequest('DescribeTable', { TableName: TABLE.TableName });
  while (!(await send(describe)).includes('"ACTIVE"')) await delay(20);
  for (const request of fill()) await send(request);
  connection.close();
  for (const workload of workloadsOf(peer))
    await measure(port, workload.request, 64, peer.warmUpSeconds / workloads.length);
}

/** Megabytes of the process itself: without files that lie in memory as far as the system has room. */
function ownMemory({ pid }: RunningPeer): number {
  const status = readFileSync(`/proc/${String(pid)}/status`, 'utf8');
  return Number(/RssAnon:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024;
}

function keyOf(name: string, concurrency: number): string {
  return `${name}, ${String(concurrency)}`.padEnd(26);
}

function figures({ perSecond, p50, p99 }: Measured): string {
  return `${Math.round(perSecond).toLocaleString('en').padStart(7)}/s  p50 ${p50.toFixed(2).padStart(6)}  p99 ${p99.toFixed(2).padStart(7)} ms`;
}

function report(): void {
  for (const peer of contenders) {
    say(
      `\n${peer.name}: medians; start ${median(startMs.get(peer)!).toFixed(0)} ms, memory under load ${median(memory.get(peer)!).toFixed(0)} MB`,
    );
    for (const [key, all] of results.get(peer)!)
      say(
        `  ${key}  ${figures({
          perSecond: median(all.map((one) => one.perSecond)),
          p50: median(all.map((one) => one.p50)),
          p99: median(all.map((one) => one.p99)),
        })}`,
      );
  }
  const ours = results.get(freshet)!;
  for (const peer of contenders.slice(1)) {
    say(`\nFreshet beside ${peer.name}: medians of the ratios within each round (least to most)`);
    for (const [key, theirs] of results.get(peer)!) {
      const of = (ratio: (our: Measured, their: Measured) => number): string =>
        ratios(theirs.map((their, round) => ratio(ours.get(key)![round]!, their)));
      say(
        `  ${key}  ${of((our, their) => our.perSecond / their.perSecond).padEnd(22)} times as many, p99 ${of((our, their) => their.p99 / our.p99)} times shorter`,
      );
    }
  }
}
