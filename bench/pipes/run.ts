// A pipe's compute, throughput, tracing, backfill, order with parallelism, freshness and goodput, each beside a peer in the same run.
//
//   npm run bench:pipes                      everything, three rounds
//   npm run bench:pipes -- compute ceiling   some of it
//   npm run bench:pipes -- --rounds 1        a quick look
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { say } from '../report.js';
import { backfill } from './backfill.js';
import { ceiling } from './ceiling.js';
import { compute } from './compute.js';
import { goodput } from './goodput.js';
import { images } from './images.js';
import { latency } from './latency.js';
import { skewed } from './skewed.js';
import { tracing } from './tracing.js';

const ALL = {
  compute,
  images,
  ceiling,
  tracing,
  backfill,
  skewed,
  latency,
  goodput,
} as const;

const { values, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '3' } },
  allowPositionals: true,
});
const names = positionals.length > 0 ? positionals : Object.keys(ALL);
say(`node ${process.version}, ${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}`);
for (const name of names) {
  if (!(name in ALL)) throw new Error(`There is no ${name}: ${Object.keys(ALL).join(', ')}.`);
  await ALL[name as keyof typeof ALL](Number(values.rounds));
}
