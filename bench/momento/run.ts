// The cache beside Redis, each with its client, in one run. Needs Debian's redis-server.
//
//   npm run bench:momento                  three rounds, the contenders taking turns
//   npm run bench:momento -- --rounds 1    a quick look
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { median, percentile, ratios, say } from '../report.js';
import { freshetGrpc, freshetHttp, grpcFloor, redis, type Contender } from './contenders.js';

const KEYS = 1000;
const SECONDS = 3;
const MEMORY_ENTRIES = 1_000_000;

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const rounds = Number(options.rounds);
const makers = [freshetGrpc, grpcFloor, freshetHttp, redis];
/** What each is compared with: the same client where there is one. */
const peers: Readonly<Record<string, string>> = {
  'Freshet, gRPC, official SDK': 'a server that does nothing, gRPC, official SDK',
};
const REDIS = 'Redis, iovalkey';

interface Measured {
  perSecond: number;
  p99: number;
  /** Processor time of the server for a call, in microseconds. */
  processor: number;
}

/** By workload, then by contender: one figure a round. */
const results = new Map<string, Map<string, Measured[]>>();

say(
  `node ${process.version}, ${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, ${String(rounds)} rounds\n`,
);
for (let round = 1; round <= rounds; round++)
  for (const make of makers) {
    const contender = await make();
    for (const bytes of [100, 10_000])
      for (const concurrency of [1, 64]) await measureBoth(contender, bytes, concurrency);
    await contender.close();
  }
for (const [workload, byName] of results) {
  say(workload);
  for (const [name, all] of byName) {
    const rate = median(all.map(({ perSecond }) => perSecond));
    const p99 = median(all.map((one) => one.p99));
    const processor = median(all.map((one) => one.processor));
    const beside = [REDIS, peers[name]].flatMap((peer) => {
      if (peer === undefined || peer === name) return [];
      const theirs = byName.get(peer)!;
      const times = ratios(all.map((one, i) => one.p99 / theirs[i]!.p99));
      return [`${times} times ${peer === REDIS ? 'Redis' : 'doing nothing'}`];
    });
    say(`  ${name}`);
    say(
      `    ${Math.round(rate).toString().padStart(7)}/s   p99 ${p99.toFixed(2).padStart(7)} ms   server ${processor.toFixed(0).padStart(4)} µs a call   ${beside.join(', ')}`,
    );
  }
}

say(`\nMemory for ${String(MEMORY_ENTRIES)} entries of 100 bytes, above an empty cache's`);
for (const make of [freshetHttp, redis]) {
  const contender = await make();
  const before = contender.memory();
  const value = 'x'.repeat(100);
  let next = 0;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (next < MEMORY_ENTRIES) await contender.set(`key-${String(next++)}`, value);
    }),
  );
  say(`  ${String(Math.round((contender.memory() - before) / 1e6))} MB   ${contender.name}`);
  await contender.close();
}

async function measureBoth(
  contender: Contender,
  bytes: number,
  concurrency: number,
): Promise<void> {
  const value = 'x'.repeat(bytes);
  const key = (i: number): string => `key-${String(i % KEYS)}`;
  for (let i = 0; i < KEYS; i++) await contender.set(key(i), value);
  const kinds = {
    SET: (i: number) => contender.set(key(i), value),
    GET: (i: number) => contender.get(key(i)),
  };
  for (const [kind, call] of Object.entries(kinds)) {
    const workload = `${kind} of ${String(bytes)} bytes, ${String(concurrency)} at a time`;
    const byName = results.get(workload) ?? new Map<string, Measured[]>();
    results.set(workload, byName);
    const all = byName.get(contender.name) ?? [];
    byName.set(contender.name, all);
    all.push(await measure(contender, call, concurrency));
  }
}

async function measure(
  contender: Contender,
  call: (i: number) => Promise<unknown>,
  concurrency: number,
): Promise<Measured> {
  const times: number[] = [];
  let next = 0;
  const processorBefore = contender.processor();
  const begin = performance.now();
  const end = begin + SECONDS * 1000;
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let now = performance.now(); now < end;) {
        await call(next++);
        const then = now;
        now = performance.now();
        times.push(now - then);
      }
    }),
  );
  const perSecond = (times.length * 1000) / (performance.now() - begin);
  const processor = (contender.processor() - processorBefore) / times.length;
  times.sort((a, b) => a - b);
  return { perSecond, p99: percentile(times, 0.99), processor };
}
