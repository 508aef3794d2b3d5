import type { Command } from 'commander';
import { readLines, withEndpoint } from './client.js';
import { counted } from './counted.js';
import { UserError } from './errors.js';
import { parseDuration } from './options.js';

type Event =
  | { type: 'difference'; kind: string; keys?: unknown; url: string; repaired?: boolean }
  | { type: 'unknown'; keys?: unknown; reason: string }
  | { type: 'progress'; checked: number; about: number }
  | ({ type: 'end' } & Counts)
  | { type: 'error'; message: string };

interface Counts {
  checked: number;
  filtered: number;
  missing: number;
  stale: number;
  extra: number;
  unknown: number;
  repaired: number;
}

interface Options {
  endpoint: string;
  repair?: boolean;
  keepExtra?: boolean;
  settle?: number;
  json?: boolean;
}

/** Adds `freshet verify`. */
export function addVerifyCommand(program: Command): void {
  withEndpoint(
    program
      .command('verify <pipe>')
      .description("compare what a pipe's target holds with what the table says it should")
      .option('--repair', 'mend what differs: send it again, delete what is extra')
      .option('--keep-extra', 'leave out what is in the target and no item of the table')
      .option('--settle <time>', 'how long to wait for changes under way (5s)', parseDuration)
      .option('--json', 'print one JSON document a line')
      .addHelpText(
        'after',
        `
The target is asked with a GET at the URL and with the parameters of the pipe's own requests. Ends with
  0  when nothing differs, or all of it was repaired
  1  when something differs, or cannot be told, or on an error`,
      ),
  ).action(verify);
}

async function verify(pipe: string, options: Options): Promise<void> {
  const { endpoint, repair, keepExtra, settle, json } = options;
  const request = {
    repair: repair ?? false,
    keepExtra: keepExtra ?? false,
    ...(settle !== undefined && { settleMs: settle }),
  };
  const path = `pipes/${encodeURIComponent(pipe)}/verify`;
  let counts: Counts | undefined;
  for await (const line of readLines(endpoint, 'POST', path, request)) {
    const event = line as Event;
    if (event.type === 'error') throw new UserError(event.message);
    if (event.type === 'end') counts = event;
    if (json) process.stdout.write(`${JSON.stringify(event)}\n`);
    else tell(event);
  }
  if (counts === undefined)
    throw new UserError('The server ended before the verification did; run it again.');
  const { missing, stale, extra, unknown, repaired } = counts;
  if (missing + stale + extra + unknown > repaired) process.exitCode = 1;
}

function tell(event: Event): void {
  switch (event.type) {
    case 'difference': {
      const { kind, url, keys, repaired } = event;
      const outcome = repaired === undefined ? '' : repaired ? '  repaired' : '  NOT repaired';
      const item = keys === undefined ? '' : `  ${JSON.stringify(keys)}`;
      process.stdout.write(`${kind.padEnd(8)} ${url}${item}${outcome}\n`);
      return;
    }
    case 'unknown':
      process.stdout.write(`unknown  ${JSON.stringify(event.keys ?? '')}  ${event.reason}\n`);
      return;
    case 'progress':
      if (process.stderr.isTTY)
        process.stderr.write(`\r${String(event.checked)} of about ${String(event.about)} …\r`);
      return;
    case 'end':
      process.stdout.write(`${summaryOf(event)}\n`);
      return;
    case 'error':
  }
}

function summaryOf({
  checked,
  filtered,
  missing,
  stale,
  extra,
  unknown,
  repaired,
}: Counts): string {
  const kept = filtered === 0 ? '' : `, ${counted(filtered, 'item')} filtered out`;
  const parts = [
    ...(missing + stale + extra + unknown === 0
      ? ['nothing differs']
      : [`${String(missing)} missing`, `${String(stale)} stale`, `${String(extra)} extra`]),
    ...(unknown === 0 ? [] : [`${String(unknown)} unknown`]),
    ...(repaired === 0 ? [] : [`${String(repaired)} repaired`]),
  ];
  return `${counted(checked, 'item')} checked${kept}: ${parts.join(', ')}`;
}
