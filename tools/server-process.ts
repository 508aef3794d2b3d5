import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { request } from 'undici';

/** A server in a process of its own, for benchmarks and tests. */
export interface ServerProcess {
  readonly pid: number;
  hasEnded(): boolean;
  end(): Promise<void>;
}

export function startProcess(command: string, args: string[], cwd?: string): ServerProcess {
  const child = spawn(command, args, { stdio: 'ignore', ...(cwd !== undefined && { cwd }) });
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return {
    pid: child.pid ?? 0,
    hasEnded,
    async end() {
      if (hasEnded()) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await exited;
      clearTimeout(killer);
    },
  };
}

/** Waits until `url` gives an answer whose status is good enough. */
export async function untilAnswers(
  url: string,
  child: ServerProcess,
  good: (status: number) => boolean,
): Promise<void> {
  for (;;) {
    if (child.hasEnded()) throw new Error(`${url}: the process ended at its start`);
    const status = await request(url).then(
      async (answer) => {
        await answer.body.dump();
        return answer.statusCode;
      },
      () => 0,
    );
    if (good(status)) return;
    await delay(50);
  }
}
