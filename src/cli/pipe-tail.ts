import type { Command } from 'commander';
import { followServer, withEndpoint } from './client.js';
import { counted } from './counted.js';
import type { TracedRecord, TracedStep } from './pipe-view.js';

/** Adds `freshet pipes tail`. */
export function addTailCommand(pipes: Command): void {
  withEndpoint(
    pipes
      .command('tail <pipe>')
      .description('watch what becomes of each record, as it happens')
      .option('--json', 'print one JSON document a line, with requests and answers'),
  ).action(tail);
}

async function tail(
  pipe: string,
  { endpoint, json }: { endpoint: string; json?: boolean },
): Promise<void> {
  const path = `pipes/${encodeURIComponent(pipe)}/trace/live`;
  for await (const { event, data } of followServer(endpoint, path)) {
    if (event === 'dropped') {
      const { count } = data as { count: number };
      process.stderr.write(`freshet: ${counted(count, 'record')} left out: too many at once\n`);
    } else if (json) process.stdout.write(`${JSON.stringify(data)}\n`);
    else process.stdout.write(`${lineOf(data as TracedRecord)}\n`);
  }
}

/** `2025-01-31T12:00:00.000Z  MODIFY {"id":{"S":"1"}}  delivered  PUT https://… 200  12 ms` */
function lineOf(record: TracedRecord): string {
  const { eventName, keys, outcome, endedAt, startedAt, writtenAt, attemptCount } = record;
  const step = record.attempts.at(-1)?.steps.at(-1);
  const tries = attemptCount > 1 ? [`try ${String(attemptCount)}`] : [];
  const took = endedAt === undefined ? [] : [`${String(endedAt - writtenAt)} ms after the write`];
  const time = new Date(endedAt ?? startedAt).toISOString();
  return [
    time,
    `${eventName} ${JSON.stringify(keys)}`,
    outcome,
    ...stepWords(step),
    ...tries,
    ...took,
  ].join('  ');
}

function stepWords(step: TracedStep | undefined): string[] {
  if (step === undefined) return [];
  const { request, response, reason } = step;
  const status = response === undefined ? '' : ` ${String(response.status)}`;
  return [
    ...(request === undefined ? [] : [`${request.method} ${request.url}${status}`]),
    ...(reason === undefined ? [] : [reason]),
  ];
}
