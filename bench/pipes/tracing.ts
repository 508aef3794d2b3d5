// A pipe that keeps its trace, as all do, beside one that keeps none: npm run bench:pipes -- tracing
import { median, say } from '../report.js';
import { backlog, changesOver, type Change } from './rig.js';
import { Target } from './target.js';
import { figures, throughput, type Throughput } from './throughput.js';

const KEYS = 10_000;
const WARM_UP = 10_000;
const MEASURED = 40_000;
/** From the sources, so that the trace can be taken away. */
const SOURCES = ['--import', 'tsx'];
const MAIN = 'src/cli/main.ts';

export async function tracing(rounds: number): Promise<void> {
  say(
    '\ntracing: requests a second, and processor time of a request, with and without the trace\n',
  );
  const changes = changesOver(WARM_UP + MEASURED, (n) => n % KEYS);
  const all: { on: Throughput; off: Throughput }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    // The order changes: what warms up or tires the machine favours neither.
    const first = await measure(changes, round % 2 === 0);
    const second = await measure(changes, round % 2 === 1);
    const [off, on] = round % 2 === 0 ? [first, second] : [second, first];
    all.push({ on, off });
    say(
      `  round ${String(round)}   ${figures(on)}  with the trace\n            ${figures(off)}  without`,
    );
  }
  const lost = median(all.map(({ on, off }) => 1 - on.perSecond / off.perSecond));
  const cost = median(all.map(({ on, off }) => on.cpuMicroseconds / off.cpuMicroseconds - 1));
  say(
    `\n  the trace costs ${(lost * 100).toFixed(1)} % of the requests a second, ${(cost * 100).toFixed(1)} % of processor time`,
  );
}

async function measure(changes: Change[], untraced: boolean): Promise<Throughput> {
  const target = await Target.start();
  const without = untraced ? ['--import', './bench/pipes/untraced.ts'] : [];
  const freshet = await backlog(target, changes, [...SOURCES, ...without, MAIN]);
  try {
    const measured = throughput(target, freshet.pid, WARM_UP, WARM_UP + MEASURED);
    await freshet.startPipe();
    return await measured;
  } finally {
    await freshet.close();
    await target.close();
  }
}
