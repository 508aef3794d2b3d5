// From the commit of a write to the request at the target, on an idle machine: npm run bench:pipes -- latency
import { setTimeout as delay } from 'node:timers/promises';
import { Writer } from '../load.js';
import { startFreshet } from '../peers/freshet.js';
import { median, percentile, say } from '../report.js';
import { Target } from './target.js';

const PER_SECOND = 100;
const SECONDS = 10;
const WARM_UP_SECONDS = 3;

export async function latency(rounds: number): Promise<void> {
  say(
    `\nlatency: ${String(PER_SECOND)} writes a second, open loop; milliseconds until the request is at the target\n`,
  );
  const all: { answered: number[]; sent: number[] }[] = [];
  for (let round = 1; round <= rounds; round += 1) all.push(await measure());
  for (const [name, what] of [
    ['answered', 'after the answer to PutItem (the commit is before it)'],
    ['sent', 'after PutItem was sent'],
  ] as const) {
    const of = (p: number): string => median(all.map((one) => percentile(one[name], p))).toFixed(2);
    say(`  ${what.padEnd(55)} p50 ${of(0.5)}   p99 ${of(0.99)}   max ${of(1)}`);
  }
}

async function measure(): Promise<{ answered: number[]; sent: number[] }> {
  const target = await Target.start();
  const freshet = await startFreshet(target.origin, { running: true });
  const writer = new Writer({ name: '', tableName: 'user', ...freshet }, 8);
  const arrived = new Map<string, number>();
  target.onAccepted = (key) => void arrived.set(key, performance.now());
  try {
    await writer.putAtRate('w', PER_SECOND, WARM_UP_SECONDS);
    const { sent, answered } = await writer.putAtRate('d', PER_SECOND, SECONDS);
    while ([...sent.keys()].some((key) => !arrived.has(key))) await delay(5);
    const since = (times: Map<string, number>): number[] =>
      [...times].map(([key, at]) => arrived.get(key)! - at).sort((a, b) => a - b);
    return { answered: since(answered), sent: since(sent) };
  } finally {
    await writer.close();
    await freshet.close();
    await target.close();
  }
}
