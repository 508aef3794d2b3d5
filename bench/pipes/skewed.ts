// A slow target, few keys with many changes and failures between: a pipe keeps each key's order and works on the others
// meanwhile. Beside it a sender that sends one after the other, as a poller of a shard does:
// npm run bench:pipes -- skewed
import { once } from 'node:events';
import { randomOf } from '../../test/support/random.js';
import { median, say } from '../report.js';
import { CONNECTIONS, sendingOf, startSender } from './ceiling.js';
import { backlog, changesOver, zipf, type Change } from './rig.js';
import { Target } from './target.js';

const KEYS = 10_000;
const DELAY_MS = 20;
const FAILURES = 0.05;
/** Exponents: all keys alike; the first key as often as a hundred later ones; as words in texts. */
const SKEWS = [0, 0.5, 1];
const CHANGES = 30_000;
const SERIAL_CHANGES = 300;

export async function skewed(rounds: number): Promise<void> {
  say(
    `\nskewed: changes a second; the target takes ${String(DELAY_MS)} ms and fails ${String(FAILURES * 100)} % of requests\n`,
  );
  for (const s of SKEWS) {
    const ratios: number[] = [];
    const figures: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const random = randomOf(round);
      const changes = changesOver(CHANGES, zipf(KEYS, s, random));
      const target = await misbehaving(random);
      const pipe = await measurePipe(target, changes);
      const sample = sendingOf(target, changes.at(-1)!);
      target.reset();
      const serial = await measureSerial(target, sample, changes.slice(0, SERIAL_CHANGES));
      await target.close();
      ratios.push(pipe / serial);
      figures.push(pipe);
    }
    const share = hottestShare(s);
    say(
      `  zipf ${s.toFixed(1)}   ${Math.round(median(figures)).toLocaleString('en').padStart(6)}/s   ${median(ratios).toFixed(1).padStart(5)} times a serial sender; ` +
        `the hottest key, ${(share * 100).toFixed(2)} % of all, allows at most ${Math.min(CONNECTIONS, 1 / share).toFixed(0)} times`,
    );
  }
}

/** What one key's changes, one after the other, leave possible. */
function hottestShare(s: number): number {
  let sum = 0;
  for (let rank = 1; rank <= KEYS; rank += 1) sum += rank ** -s;
  return 1 / sum;
}

async function misbehaving(random: () => number): Promise<Target> {
  const target = await Target.start();
  target.behave = () => ({ status: random() < FAILURES ? 500 : 204, delayMs: DELAY_MS });
  return target;
}

async function measurePipe(target: Target, changes: readonly Change[]): Promise<number> {
  const freshet = await backlog(target, changes);
  try {
    const started = performance.now();
    await freshet.startPipe();
    await target.reaches(changes.length);
    const took = performance.now() - started;
    check(target, changes);
    return changes.length / (took / 1000);
  } finally {
    await freshet.close();
  }
}

async function measureSerial(
  target: Target,
  sample: ReturnType<typeof sendingOf>,
  changes: Change[],
): Promise<number> {
  const child = startSender(target, 1, { ...sample, changes });
  await target.reaches(1);
  const started = performance.now();
  await target.reaches(changes.length);
  const took = performance.now() - started;
  await once(child, 'exit');
  return (changes.length - 1) / (took / 1000);
}

/** Nothing is lost, and no key went backwards. */
function check(target: Target, changes: readonly Change[]): void {
  if (target.orderViolations > 0)
    throw new Error(`${String(target.orderViolations)} order violations`);
  const last = new Map(changes.map(({ key, version }) => [key, version]));
  for (const [key, version] of last)
    if (target.version(key) !== version)
      throw new Error(`${key} is at ${String(target.version(key))}, not ${String(version)}`);
}
