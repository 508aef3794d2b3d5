import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from 'node:test';
import { TimeLimits, type Limited } from '../../src/destinations/time-limits.js';

class Task implements Limited {
  previous: Limited | undefined;
  next: Limited | undefined;
  waits = false;
  deadline = 0;
  readonly #limits: TimeLimits;
  readonly #over: string[];
  readonly #name: string;

  constructor(limits: TimeLimits, over: string[], name: string) {
    this.#limits = limits;
    this.#over = over;
    this.#name = name;
    limits.begin(this);
  }

  timeOver(): void {
    this.#over.push(this.#name);
    this.#limits.end(this);
  }
}

describe('one time limit for many', () => {
  it('may be another for some, which is made once and closed with it', async () => {
    const limits = new TimeLimits(10_000);
    const short = limits.of(20);
    assert.equal(limits.of(20), short);
    assert.equal(limits.of(undefined), limits);
    assert.equal(limits.of(10_000), limits);
    const over: string[] = [];
    new Task(limits, over, 'long');
    new Task(short, over, 'short');
    await delay(40);
    assert.deepEqual(over, ['short']);
    limits.close();
  });

  it('ends each when its own time is over, and none that has ended', async () => {
    const limits = new TimeLimits(60);
    const over: string[] = [];
    new Task(limits, over, 'a');
    const ended = [new Task(limits, over, 'b')];
    await delay(30);
    new Task(limits, over, 'c');
    ended.push(new Task(limits, over, 'd'));
    for (const task of ended) limits.end(task);
    await delay(40);
    assert.deepEqual(over, ['a']);
    await delay(60);
    assert.deepEqual(over, ['a', 'c']);
    new Task(limits, over, 'e');
    await delay(100);
    assert.deepEqual(over, ['a', 'c', 'e']);
  });

  it('goes on with what begins while the time of another is over', async () => {
    const limits = new TimeLimits(40);
    const over: string[] = [];
    const first = new Task(limits, over, 'a');
    const end = first.timeOver.bind(first);
    first.timeOver = () => {
      new Task(limits, over, 'c');
      end();
    };
    await delay(20);
    new Task(limits, over, 'b');
    await delay(45);
    assert.deepEqual(over, ['a', 'b']);
    await delay(50);
    assert.deepEqual(over, ['a', 'b', 'c']);
  });

  it('holds no process once it is closed', () => {
    const limits = new TimeLimits(60_000);
    const over: string[] = [];
    limits.end(new Task(limits, over, 'a'));
    limits.close();
    assert.deepEqual(over, []);
  });
});
