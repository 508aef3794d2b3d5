import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Run } from './deliveries.js';
import { randomFrom } from './random.js';

/** Ways to answer a request; only after `ok`, `huge` and `redirect` the sender is done with it. */
export type Behaviour =
  'ok' | 'huge' | 'redirect' | 'reset' | 'hang' | 'half' | 'dribble' | 'refuse' | 'fail';

/** Chooses how a request is answered. */
export type Script = (item: string, version: number) => Behaviour;

const HUGE = Buffer.alloc(10 * 1024 * 1024, 'x');
const DRIBBLE_EVERY_MS = 50;

const SETTLING: ReadonlySet<Behaviour> = new Set(['ok', 'huge', 'redirect']);

/** How often each fault comes, of all requests. */
const SHARES: readonly [Behaviour, number][] = [
  ['reset', 0.004],
  ['hang', 0.002],
  ['half', 0.003],
  ['dribble', 0.001],
  ['huge', 0.001],
  ['fail', 0.004],
];
/** Rare: pipes take them for what the target allows, and slow down. */
const REFUSED_SHARE = 0.001;

/** Faults that come at random, each with its share, the same in each run; refusals only if told. */
export function faultsAtRandom(seed: number, withRefusals: boolean): Script {
  const random = randomFrom(seed);
  const shares = withRefusals ? [...SHARES, ['refuse', REFUSED_SHARE] as const] : SHARES;
  return () => {
    let dice = random();
    for (const [behaviour, share] of shares) if ((dice -= share) < 0) return behaviour;
    return 'ok';
  };
}

/**
 * An HTTP target that misbehaves by its script and keeps what arrived: requests with the body
 * `item=version`. A repeat of what it did not answer well is one with the request before.
 */
export class MisbehavingTarget {
  readonly runs: Run[] = [];
  /** By run, when each `item version` was first answered so that it needs no repeat (monotonic milliseconds). */
  readonly settled: Map<string, number>[] = [];
  /** When each request arrived (monotonic milliseconds). */
  readonly arrivals: number[] = [];
  /** How often it behaved so. */
  readonly counts = new Map<Behaviour, number>();
  /** Connections that did not begin with HTTP. */
  notHttp = 0;
  script: Script = () => 'ok';
  /** Requests until `enough` resolves. */
  #wanted = Infinity;
  #onEnough: (() => void) | undefined;
  /** The index of the run that opened a connection: what a killed process sent may be taken later. */
  readonly #runOf = new WeakMap<Socket, number>();
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      this.arrivals.push(performance.now());
      const [item, version] = body.split('=') as [string, string];
      this.#take(item, Number(version), this.#runOf.get(request.socket)!, response);
      if ((this.#wanted -= 1) === 0) this.#onEnough!();
    });
  });

  /** Listens; returns its port on the loopback address. */
  async open(): Promise<number> {
    this.#server.on('connection', (socket) => this.#runOf.set(socket, this.runs.length - 1));
    this.#server.on('clientError', (_error, socket) => {
      this.notHttp += 1;
      socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  /** What arrives from now on is another run of the pipe. */
  beginRun(): void {
    this.runs.push(new Map());
    this.settled.push(new Map());
  }

  /** Resolves when so many more requests have arrived. */
  enough(requests: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wanted = requests;
      this.#onEnough = resolve;
    });
  }

  #take(item: string, version: number, ofRun: number, response: ServerResponse): void {
    const run = this.runs[ofRun]!;
    const settled = this.settled[ofRun]!;
    const versions = run.get(item);
    const change = `${item} ${String(version)}`;
    if (!versions) run.set(item, [version]);
    // A second request for what was answered well counts as another: nothing but a kill excuses it.
    else if (versions.at(-1) !== version || settled.has(change)) versions.push(version);
    const behaviour = this.script(item, version);
    this.counts.set(behaviour, (this.counts.get(behaviour) ?? 0) + 1);
    if (SETTLING.has(behaviour) && !settled.has(change)) settled.set(change, performance.now());
    behave(behaviour, response);
  }
}

/** A target, and a folder for the pipe that sends to it, both gone after the test. */
export async function setUpTarget(
  test: TestContext,
): Promise<{ target: MisbehavingTarget; endpoint: string; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'freshet-target-'));
  const target = new MisbehavingTarget();
  const port = await target.open();
  test.after(async () => {
    await target.close();
    rmSync(folder, { recursive: true });
  });
  return { target, endpoint: `http://127.0.0.1:${String(port)}/`, folder };
}

function behave(behaviour: Behaviour, response: ServerResponse): void {
  switch (behaviour) {
    case 'ok':
      response.writeHead(204).end();
      return;
    case 'huge':
      response.writeHead(200).end(HUGE);
      return;
    case 'redirect':
      response.writeHead(307, { location: '/elsewhere' }).end();
      return;
    case 'reset':
      response.socket!.resetAndDestroy();
      return;
    case 'hang':
      return;
    case 'half':
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => response.socket?.destroy());
      return;
    case 'dribble': {
      response.writeHead(200, { 'content-length': '1000' });
      const timer = setInterval(() => response.write('x'), DRIBBLE_EVERY_MS);
      response.once('close', () => clearInterval(timer));
      return;
    }
    case 'refuse':
      response.writeHead(429, { 'retry-after': '1' }).end();
      return;
    case 'fail':
      response.writeHead(500).end();
  }
}
