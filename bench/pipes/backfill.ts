// A backfill beside the live pipe, the same items, server and target: npm run bench:pipes -- backfill
import { median, say } from '../report.js';
import { backlog, changesOver } from './rig.js';
import { Target } from './target.js';
import { figures, throughput, type Throughput } from './throughput.js';

const ITEMS = 50_000;
const WARM_UP = 10_000;

export async function backfill(rounds: number): Promise<void> {
  say('\nbackfill: deliveries a second, and processor time of one, beside the live pipe\n');
  const changes = changesOver(ITEMS, (n) => n);
  const all: { live: Throughput; filled: Throughput }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const target = await Target.start();
    const freshet = await backlog(target, changes);
    try {
      const backlogged = throughput(target, freshet.pid, WARM_UP, ITEMS);
      await freshet.startPipe();
      const live = await backlogged;
      target.reset();
      const refilled = throughput(target, freshet.pid, WARM_UP, ITEMS);
      const answer = await fetch(`${freshet.endpoint}/_freshet/pipes/bench/backfill`, {
        method: 'POST',
      });
      if (!answer.ok) throw new Error(`backfill: ${await answer.text()}`);
      const filled = await refilled;
      all.push({ live, filled });
      say(
        `  round ${String(round)}   ${figures(live)}  the stream's backlog\n            ${figures(filled)}  backfill`,
      );
    } finally {
      await freshet.close();
      await target.close();
    }
  }
  const share = median(all.map(({ live, filled }) => filled.perSecond / live.perSecond));
  const cost = median(all.map(({ live, filled }) => filled.cpuMicroseconds / live.cpuMicroseconds));
  say(
    `\n  share of the live pipe's deliveries a second: ${share.toFixed(2)}; processor time: ${cost.toFixed(2)} times`,
  );
}
