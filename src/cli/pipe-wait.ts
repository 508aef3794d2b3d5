import { InvalidArgumentError, type Command } from 'commander';
import { callServer, withEndpoint } from './client.js';
import { counted } from './counted.js';
import { parseDuration, parseMoment } from './options.js';

/** The server's own bound. */
const MAX_WAIT_MS = 600_000;
/** The server answers when the time is over; this is for one that does not answer at all. */
const ANSWER_MARGIN_MS = 30_000;
const TIME_OUT_EXIT_CODE = 2;

interface Outcome {
  result: 'settled' | 'timeout';
  deadLettered: number;
}

interface WaitOptions {
  endpoint: string;
  timeout: number;
  since?: number;
}

/** Adds `freshet pipes wait`. */
export function addWaitCommand(pipes: Command): void {
  withEndpoint(
    pipes
      .command('wait <pipe>')
      .description('wait until everything written so far is delivered, filtered out or given up')
      .option('--timeout <time>', 'how long at most, at most 10m', parseTimeout, 60_000)
      .option(
        '--since <time>',
        'from when on given-up records count: a time, or an age such as 5m (default: now)',
        parseMoment,
      )
      .addHelpText(
        'after',
        `
What is written while it waits is not waited for. Ends with
  0  when all of it was delivered or filtered out
  1  when a record of the pipe was given up since (--since), or on an error: freshet dlq list shows which
  2  when the time was over`,
      ),
  ).action(wait);
}

async function wait(pipe: string, { endpoint, timeout, since }: WaitOptions): Promise<void> {
  const path = `pipes/${encodeURIComponent(pipe)}/wait`;
  const asked = { timeoutMs: timeout, ...(since !== undefined && { since }) };
  const limitMs = timeout + ANSWER_MARGIN_MS;
  const { result, deadLettered } = (await callServer(
    endpoint,
    'POST',
    path,
    asked,
    limitMs,
  )) as Outcome;
  if (deadLettered > 0) {
    process.stderr.write(
      `freshet: The pipe gave up ${counted(deadLettered, 'record')}: 'freshet dlq list ${pipe}' shows why.\n`,
    );
    process.exitCode = 1;
  }
  if (result === 'timeout') {
    process.stderr.write(
      `freshet: After ${String(timeout / 1_000)} s not everything was delivered: 'freshet pipes show ${pipe}' shows what it waits for. Mend that, or give --timeout more time.\n`,
    );
    process.exitCode = TIME_OUT_EXIT_CODE;
  }
}

function parseTimeout(text: string): number {
  const ms = parseDuration(text);
  if (ms <= MAX_WAIT_MS) return ms;
  throw new InvalidArgumentError('Give at most 10m.');
}
