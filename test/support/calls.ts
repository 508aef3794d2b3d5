import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A program that answers each line that it is given, JSON both, with one of its own. */
export interface Calls {
  /** Sends a call and resolves to its answer; fails with what the program complains of when it ends instead. */
  make(call: unknown): Promise<string>;
  end(): void;
}

/** Starts a script of `python` that makes calls. */
export function startCalls(
  python: string,
  args: string[],
  env: Record<string, string> = {},
): Calls {
  const script = spawn(python, args, { env: { ...process.env, ...env } });
  let complaints = '';
  script.stderr.on('data', (chunk: Buffer) => void (complaints += chunk.toString()));
  const answers = createInterface({ input: script.stdout })[Symbol.asyncIterator]();
  return {
    async make(call) {
      script.stdin.write(`${JSON.stringify(call)}\n`);
      const line: IteratorResult<string, undefined> = await answers.next();
      if (line.done) assert.fail(complaints);
      return line.value;
    },
    end: () => void script.kill(),
  };
}
