// The article's verification, then a real data set of more than 100,000 places: loads it, changes and
// deletes a part, waits until the pipe has caught up and compares every entry of the cache.
//
//   npm run demo                      all places
//   npm run demo -- --count 5000      fewer
//   npm run demo -- --kill            kills the server (kill -9) half-way and starts it again
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runArticle } from './article.js';
import { compareCache } from './compare.js';
import { measureDelays } from './delays.js';
import { cachedValueOf, loadCities, type City } from './cities.js';
import { changeCities, loadTable } from './load.js';
import { clientsOf, createPipeline, pipeName } from './pipeline.js';
import { Progress } from './progress.js';
import { DemoServer } from './server.js';
import { freePort } from '../../tools/free-port.js';
import { settled, type PipeStatus } from './settled.js';

const { values: options } = parseArgs({
  options: { count: { type: 'string' }, kill: { type: 'boolean', default: false } },
});
const SINGLE_CHANGES = 200;
const API_KEY = process.env['FRESHET_MOMENTO_API_KEY'] ?? 'demo-key';

const data = mkdtempSync(join(tmpdir(), 'freshet-demo-'));
const server = new DemoServer({ data, port: await freePort(), apiKey: API_KEY });
try {
  await server.start();
  const differences = await runDemo();
  process.exitCode = differences === 0 ? 0 : 1;
} finally {
  await server.end('SIGTERM');
  rmSync(data, { recursive: true, force: true });
}

async function runDemo(): Promise<number> {
  const { endpoint } = server;
  say('1. The article: item 001 through the official AWS SDK, read back from the cache');
  const articleOk = await runArticle(endpoint, API_KEY, say);

  const cities = loadCities(options.count === undefined ? undefined : Number(options.count));
  say(`\n2. ${cities.length.toLocaleString('en')} places (GeoNames) through a pipe of their own`);
  await createPipeline(endpoint, API_KEY);
  const started = performance.now();
  await load(cities);
  await settled(endpoint, [pipeName('PUT')], new Progress('cached', cities.length));
  const seconds = (performance.now() - started) / 1000;

  say('\n3. A third is changed, a tenth deleted');
  const expected = await changeCities(clientsOf(endpoint).dynamodb, cities);
  const [puts] = await settled(endpoint, [pipeName('PUT'), pipeName('DELETE')]);

  say('\n4. Every expected entry is compared with what the cache holds');
  const wanted = new Map(expected.map((city) => [city.id, cachedValueOf(city)]));
  const result = await compareCache(
    endpoint,
    API_KEY,
    cities.map((city) => city.id),
    wanted,
    new Progress('compared', cities.length),
  );

  say('\n5. Single changes, one after the other, until each is read back from the cache');
  const delays = await measureDelays(endpoint, API_KEY, expected.slice(0, SINGLE_CHANGES));

  say('');
  say(`  entries right    ${result.right.toLocaleString('en')}`);
  say(`  entries gone     ${result.gone.toLocaleString('en')} (deleted, as they should be)`);
  say(`  differences      ${result.differences.length.toLocaleString('en')}`);
  for (const difference of result.differences.slice(0, 10)) say(`    ${difference}`);
  say(
    `  throughput       ${Math.round(cities.length / seconds).toLocaleString('en')} items a second, from BatchWriteItem to the cache`,
  );
  say(
    `  write to cache   p50 ${delayText(delays.p50)}, p99 ${delayText(delays.p99)} one at a time, put and read included`,
  );
  if (puts)
    say(
      `  write to cache   p50 ${delayText(puts.delay.p50)}, p99 ${delayText(puts.delay.p99)} while loading (writes wait in the stream)`,
    );
  return result.differences.length + (articleOk ? 0 : 1);
}

/** Loads all places; with --kill the server dies in the middle of it and comes back on the same folder. */
async function load(cities: City[]): Promise<void> {
  const progress = new Progress('written', cities.length);
  const loaded = loadTable(clientsOf(server.endpoint).dynamodb, cities, progress);
  await Promise.all([loaded, options.kill ? killHalfWay(progress, cities.length) : undefined]);
}

async function killHalfWay(progress: Progress, total: number): Promise<void> {
  await progress.reached(total / 2);
  await server.end('SIGKILL');
  say('  kill -9: the server is gone; starting it again on the same folder');
  await server.start();
}

function delayText(ms: PipeStatus['delay']['p50']): string {
  return ms >= 1000 ? `${(ms / 1000).toFixed(1)} s` : `${ms.toFixed(1)} ms`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
