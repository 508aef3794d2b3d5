// From PutItem to the cache: Freshet beside what a user would otherwise write, in one run.
//
//   npm run bench                  three rounds, the contenders taking turns
//   npm run bench -- --rounds 1    a quick look
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { dynamoDbLocal } from './peers/dynamodb-local.js';
import { freshet } from './peers/freshet.js';
import { median, ratios as ratiosText, say } from './report.js';
import { measurePutToCache, type Measured } from './put-to-cache.js';

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const rounds = Number(options.rounds);
const peers = [
  dynamoDbLocal({ inMemory: false, pollMs: 250 }),
  dynamoDbLocal({ inMemory: true, pollMs: 10 }),
];
const contenders = [freshet, ...peers];
const results = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));

say(
  `node ${process.version}, ${String(cpus().length)} × ${cpus()[0]?.model ?? 'unknown'}, ${String(rounds)} rounds\n`,
);
for (let round = 1; round <= rounds; round += 1) {
  for (const contender of contenders) {
    const measured = await measurePutToCache(contender);
    results.get(contender.name)!.push(measured);
    say(`round ${String(round)}  ${describe(measured)}  ${contender.name}`);
  }
}

say('\nMedians, and the medians of the ratios within each round (least to most)\n');
for (const { name } of contenders) say(`  ${describe(medianOf(results.get(name)!))}  ${name}`);
say('');
for (const { name } of peers) {
  say(`  Freshet beside ${name}`);
  say(
    `    items a second   ${ratios(name, (ours, theirs) => ours.itemsPerSecond / theirs.itemsPerSecond)} times as many`,
  );
  say(
    `    delay p50        ${ratios(name, (ours, theirs) => theirs.delayP50 / ours.delayP50)} times shorter`,
  );
  say(
    `    delay p99        ${ratios(name, (ours, theirs) => theirs.delayP99 / ours.delayP99)} times shorter`,
  );
}

function ratios(peer: string, ratio: (ours: Measured, theirs: Measured) => number): string {
  const all = results
    .get(freshet.name)!
    .map((ours, round) => ratio(ours, results.get(peer)![round]!));
  return ratiosText(all);
}

function medianOf(all: Measured[]): Measured {
  return {
    itemsPerSecond: median(all.map((one) => one.itemsPerSecond)),
    delayP50: median(all.map((one) => one.delayP50)),
    delayP99: median(all.map((one) => one.delayP99)),
  };
}

function describe({ itemsPerSecond, delayP50, delayP99 }: Measured): string {
  return `${Math.round(itemsPerSecond).toLocaleString('en').padStart(7)} items/s   p50 ${delayP50.toFixed(2).padStart(8)} ms   p99 ${delayP99.toFixed(2).padStart(8)} ms`;
}
