// The whole pipe beside a bare undici loop that sends the same bytes to the same target over as many connections:
// npm run bench:pipes -- ceiling
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { median, say } from '../report.js';
import { backlog, changesOver, type Change } from './rig.js';
import type { Sending } from './sender.js';
import { Target } from './target.js';
import { figures, throughput, type Throughput } from './throughput.js';

/** As many as a pipe has in flight. */
export const CONNECTIONS = 64;
const KEYS = 10_000;
/** The first ones warm up. */
const WARM_UP = 20_000;
const MEASURED = 100_000;

export async function ceiling(rounds: number): Promise<void> {
  say(
    `\nceiling: requests a second, and processor time of a request, over ${String(CONNECTIONS)} connections\n`,
  );
  const changes = changesOver(WARM_UP + MEASURED, (n) => n % KEYS);
  const all: { pipe: Throughput; bare: Throughput }[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const target = await Target.start();
    const pipe = await measurePipe(target, changes);
    const sample = sendingOf(target, changes.at(-1)!);
    target.reset();
    const bare = await measureBare(target, { ...sample, changes });
    await target.close();
    all.push({ pipe, bare });
    say(
      `  round ${String(round)}   ${figures(pipe)}  Freshet's pipe\n            ${figures(bare)}  bare undici loop`,
    );
  }
  const share = median(all.map(({ pipe, bare }) => pipe.perSecond / bare.perSecond));
  const cost = median(all.map(({ pipe, bare }) => pipe.cpuMicroseconds / bare.cpuMicroseconds));
  say(
    `\n  share of the bare loop's requests a second: ${share.toFixed(2)}; processor time: ${cost.toFixed(2)} times`,
  );
}

async function measurePipe(target: Target, changes: Change[]): Promise<Throughput> {
  const freshet = await backlog(target, changes);
  try {
    const measured = measure(target, freshet.pid);
    await freshet.startPipe();
    return await measured;
  } finally {
    await freshet.close();
  }
}

async function measureBare(target: Target, sending: Sending): Promise<Throughput> {
  const child = startSender(target, CONNECTIONS, sending);
  const measured = await measure(target, child.pid!);
  await once(child, 'exit');
  return measured;
}

/** Runs the bare sender; see sender.ts. */
export function startSender(
  target: Target,
  connections: number,
  sending: Sending,
): ReturnType<typeof spawn> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'bench/pipes/sender.ts', String(target.port), String(connections)],
    { stdio: ['pipe', 'inherit', 'inherit'] },
  );
  child.stdin.end(JSON.stringify(sending));
  return child;
}

function measure(target: Target, pid: number): Promise<Throughput> {
  return throughput(target, pid, WARM_UP, WARM_UP + MEASURED);
}

/** The last request as a pattern for all. */
export function sendingOf(target: Target, { key, version }: Change): Omit<Sending, 'changes'> {
  const [request, ...lines] = target.lastHead.split('\r\n');
  const [method, path] = request!.split(' ') as [string, string];
  const lastKey = /[?&]key=([^& ]*)/.exec(path)?.[1] ?? key;
  const headers = lines
    .map((line) => /^([^:]+): (.*)$/.exec(line)!)
    .filter(([, name]) => !/^(?:host|connection|content-length)$/i.test(name!))
    .map(([, name, value]) => [name!, value!]);
  return {
    method,
    path: path.replace(lastKey, 'KEY'),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: target.lastBody
      .replace(lastKey, 'KEY')
      .replace(new RegExp(`("version": ?"?)${String(version)}`), '$1VERSION'),
  };
}
