import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { Harness, pipeResource, until, type Answer } from '../pipes/harness.js';
import { randomFrom } from './random.js';

const CHANGES = 20_000;
const ITEMS = 200;
/** Each ends with a restart or a crash amidst the deliveries. */
const ROUNDS = 10;

/** A target that keeps the last value of each item, fails often, and watches the order. */
class FlakyTarget {
  readonly held = new Map<string, number>();
  readonly violations: string[] = [];
  /** Every value that it took. */
  readonly taken = new Set<number>();
  requests = 0;
  readonly #busy = new Set<string>();
  /** Highest value of each item since the last restart of the pipe: replays may only follow one. */
  #highest = new Map<string, number>();
  readonly #random = randomFrom(7);

  restarted(): void {
    this.#highest = new Map();
  }

  readonly answer = async ({ body }: { body: string }): Promise<Answer> => {
    const [item, value] = body.split('=') as [string, string];
    this.requests += 1;
    if (this.#busy.has(item)) this.violations.push(`${body} while another of it is in flight`);
    this.#busy.add(item);
    try {
      if (this.#random() < 0.2) await delay(1);
      const dice = this.#random();
      if (dice < 0.05) return 500;
      if (dice < 0.07) return { outcome: 'retry', reason: 'connection reset' };
      if (dice < 0.08) return { status: 429, outcome: 'retry', retryAfterMs: 20 };
      // Took it, but the answer was lost: the pipe must send it again.
      const lost = dice < 0.09;
      if (Number(value) < (this.#highest.get(item) ?? -1))
        this.violations.push(`${body} after ${this.#highest.get(item)!}`);
      this.#highest.set(item, Number(value));
      this.held.set(item, Number(value));
      if (lost) return { outcome: 'retry', reason: 'time-out' };
      this.taken.add(Number(value));
      return 200;
    } finally {
      this.#busy.delete(item);
    }
  };
}

describe('a target that fails at random while the pipe is restarted and crashes', () => {
  it('holds the last state of every item, and saw each in order', async () => {
    const harness = new Harness();
    const target = new FlakyTarget();
    harness.target.script = target.answer;
    harness.onRestart = () => target.restarted();
    await harness.run(pipeResource({}, { StartingPosition: 'LATEST' }));
    const random = randomFrom(42);
    const last = new Map<string, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      for (let n = (round * CHANGES) / ROUNDS; n < ((round + 1) * CHANGES) / ROUNDS; n += 1) {
        // The square makes some items much busier than others.
        const item = `item ${Math.floor(random() ** 2 * ITEMS)}`;
        harness.stream.write(item, n);
        last.set(item, n);
      }
      const enough = target.requests + CHANGES / ROUNDS / 2;
      await until(() => target.requests >= enough, 'half of it is sent');
      await (round % 2 === 0 ? harness.crash() : harness.restart());
    }
    await until(() => harness.supervisor.status('users')!.idle, 'all is delivered', 60_000);
    await harness.supervisor.close();
    assert.deepEqual(target.violations, []);
    assert.deepEqual(target.held, last);
    assert.equal(target.taken.size, CHANGES, 'no change was left out');
    assert.deepEqual(harness.state.deadLetters.letters, []);
  });
});
