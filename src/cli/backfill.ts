import type { Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { callServer, withEndpoint } from './client.js';
import { counted } from './counted.js';
import { parsePositive } from './options.js';

const LOOK_EVERY_MS = 500;

interface View {
  state: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  stateReason?: string;
  about: number;
  read: number;
  delivered: number;
  skipped: number;
  filtered: number;
  superseded: number;
  deadLettered: number;
  rate?: number;
  startedAt: number;
  finishedAt?: number;
}

interface Options {
  endpoint: string;
  segments?: number;
  rate?: number;
  follow?: boolean;
}

/** Adds `freshet backfill [start]|status|cancel`. */
export function addBackfillCommand(program: Command): void {
  const backfill = program
    .command('backfill')
    .description("send what is in a pipe's table already, in step with its changes");
  withEndpoint(
    backfill
      .command('start <pipe>', { isDefault: true })
      .description('begin')
      .option('--segments <n>', 'parts of the table read side by side (4)', parsePositive)
      .option('--rate <n>', 'items a second (as many as the target takes)', parsePositive)
      .option('--follow', 'wait for the end')
      .addHelpText(
        'after',
        `
Changes go first, and no item is sent behind a newer change of it. It goes on after a restart of the server.
With --follow it ends with 1 when it did not end well, or when items were given up: freshet dlq list shows which.`,
      ),
  ).action(start);
  withEndpoint(
    backfill
      .command('status <pipe>')
      .description('how far the last one is')
      .option('--follow', 'wait for the end'),
  ).action(status);
  withEndpoint(
    backfill.command('cancel <pipe>').description('end it; what is on its way still arrives'),
  ).action(async (pipe: string, { endpoint }: Options) => {
    tell((await callServer(endpoint, 'DELETE', pathOf(pipe))) as View);
  });
}

async function start(pipe: string, { endpoint, segments, rate, follow }: Options): Promise<void> {
  const request = {
    ...(segments !== undefined && { segments }),
    ...(rate !== undefined && { rate }),
  };
  const view = (await callServer(endpoint, 'POST', pathOf(pipe), request)) as View;
  if (follow) return status(pipe, { endpoint, follow });
  process.stdout.write(
    `A backfill of about ${counted(view.about, 'item')} has begun; 'freshet backfill status ${pipe}' shows how far it is.\n`,
  );
}

async function status(pipe: string, { endpoint, follow }: Options): Promise<void> {
  for (;;) {
    const view = (await callServer(endpoint, 'GET', pathOf(pipe))) as View;
    if (!follow || view.state !== 'RUNNING') {
      tell(view);
      if (follow && (view.state !== 'COMPLETED' || view.deadLettered > 0)) process.exitCode = 1;
      return;
    }
    if (process.stderr.isTTY)
      process.stderr.write(`\r${String(view.read)} of about ${String(view.about)} …`);
    await delay(LOOK_EVERY_MS);
  }
}

function tell(view: View): void {
  const { state, stateReason, about, read, delivered, superseded, filtered, skipped } = view;
  const parts = [
    `${counted(read, 'item')} read of about ${about.toLocaleString('en')}`,
    `${String(delivered)} delivered`,
    `${String(superseded)} left to newer changes`,
    `${String(filtered)} filtered out`,
    ...(skipped > 0 ? [`${String(skipped)} left out by the enrichment`] : []),
    `${String(view.deadLettered)} given up`,
  ];
  process.stdout.write(`${state.toLowerCase()}: ${parts.join(', ')}\n`);
  if (stateReason !== undefined) process.stderr.write(`freshet: ${stateReason}\n`);
}

function pathOf(pipe: string): string {
  return `pipes/${encodeURIComponent(pipe)}/backfill`;
}
