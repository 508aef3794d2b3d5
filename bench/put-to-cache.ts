import { Writer } from './load.js';
import { percentile } from './report.js';
import type { Contender } from './system.js';
import { RecordingTarget } from './target.js';

const CONNECTIONS = 64;
/** Open-loop load of the delay measurement: well below what every contender can take. */
const DELAY_WRITES_PER_SECOND = 100;
const DELAY_SECONDS = 8;

export interface Measured {
  itemsPerSecond: number;
  /** From sending PutItem to the request's arrival at the target, in milliseconds. */
  delayP50: number;
  delayP99: number;
}

/** One round of one contender. Fails when a key is missing or a value went backwards. */
export async function measurePutToCache(contender: Contender): Promise<Measured> {
  const target = await RecordingTarget.start();
  const system = await contender.start(target.origin);
  const writer = new Writer(system, CONNECTIONS);
  try {
    await warmUp(writer, contender.warmUpSeconds, target);
    const delays = await measureDelay(writer, target);
    const itemsPerSecond = await measureThroughput(writer, target, contender.items);
    if (target.orderViolations > 0)
      throw new Error(`${contender.name}: ${String(target.orderViolations)} order violations`);
    return {
      itemsPerSecond,
      delayP50: percentile(delays, 0.5),
      delayP99: percentile(delays, 0.99),
    };
  } finally {
    await writer.close();
    await system.close();
    await target.close();
  }
}

async function warmUp(writer: Writer, seconds: number, target: RecordingTarget): Promise<void> {
  const until = performance.now() + seconds * 1000;
  let written = 0;
  while (performance.now() < until) {
    await writer.putAll(keysOf(`w${String(written)}-`, 200), CONNECTIONS);
    written += 200;
  }
  await target.keys(written);
  target.reset();
}

async function measureThroughput(
  writer: Writer,
  target: RecordingTarget,
  items: number,
): Promise<number> {
  target.reset();
  const started = performance.now();
  await Promise.all([writer.putAll(keysOf('t', items), CONNECTIONS), target.keys(items)]);
  return items / ((performance.now() - started) / 1000);
}

async function measureDelay(writer: Writer, target: RecordingTarget): Promise<number[]> {
  const { sent } = await writer.putAtRate('d', DELAY_WRITES_PER_SECOND, DELAY_SECONDS);
  await target.keys(sent.size);
  return [...sent].map(([key, at]) => target.arrival(key)!.at - at).sort((a, b) => a - b);
}

function* keysOf(prefix: string, count: number): Generator<string> {
  for (let i = 0; i < count; i += 1) yield `${prefix}${String(i)}`;
}
