// A target with a limit that nobody knows, refusing what is beyond with 429: how much of it a pipe uses, and how much is
// refused: npm run bench:pipes -- goodput
import { setTimeout as delay } from 'node:timers/promises';
import { say } from '../report.js';
import { backlog, changesOver } from './rig.js';
import { Target } from './target.js';

const LIMITS = [100, 500];
/** Until the limit is found; afterwards is what counts. */
const FINDING_SECONDS = 60;
const MEASURED_SECONDS = 60;

export async function goodput(): Promise<void> {
  say('\ngoodput: a target that refuses what is beyond its limit\n');
  for (const limit of LIMITS) {
    const target = await Target.start();
    const bucket = new TokenBucket(limit);
    target.behave = () => ({ status: bucket.take() ? 204 : 429, delayMs: 5 });
    const seconds = FINDING_SECONDS + MEASURED_SECONDS;
    const changes = changesOver(Math.ceil(limit * seconds * 1.2), (n) => n);
    const freshet = await backlog(target, changes);
    try {
      await freshet.startPipe();
      await delay(FINDING_SECONDS * 1000);
      const finding = { accepted: target.accepted, refused: target.refused };
      await delay(MEASURED_SECONDS * 1000);
      const accepted = target.accepted - finding.accepted;
      const refused = target.refused - finding.refused;
      const used = accepted / (limit * MEASURED_SECONDS);
      const share = refused / (accepted + refused);
      say(
        `  ${String(limit).padStart(4)}/s   used ${(used * 100).toFixed(1)} %, refused ${(share * 100).toFixed(2)} %   (in the first minute: ${percent(finding.accepted / (limit * FINDING_SECONDS))} used, ${percent(finding.refused / (finding.accepted + finding.refused))} refused)`,
      );
    } finally {
      await freshet.close();
      await target.close();
    }
  }
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** As most APIs count: so many a second, a tenth of it at once. */
class TokenBucket {
  readonly #perMs: number;
  readonly #burst: number;
  #tokens: number;
  #at = performance.now();

  constructor(perSecond: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = perSecond / 10;
    this.#tokens = this.#burst;
  }

  take(): boolean {
    const now = performance.now();
    this.#tokens = Math.min(this.#burst, this.#tokens + (now - this.#at) * this.#perMs);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
