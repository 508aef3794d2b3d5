import type { Command } from 'commander';
import type { DeadLetter, PipeStatus, PipeView } from './pipe-view.js';
import { callServer, withEndpoint } from './client.js';
import { addItemCommand } from './pipe-item.js';
import { addPreviewCommands } from './pipe-preview.js';
import { addTailCommand } from './pipe-tail.js';
import { addWaitCommand } from './pipe-wait.js';
import { formatTable } from './table.js';

/** Adds `freshet pipes list|show|export|preview|lint|item|wait|tail`. */
export function addPipesCommands(program: Command): void {
  const pipes = program.command('pipes').description('the pipes of a running server');
  withEndpoint(pipes.command('list').description('list the pipes')).action(
    async ({ endpoint }: { endpoint: string }) => {
      const { pipes: all } = (await callServer(endpoint, 'GET', 'pipes')) as { pipes: PipeView[] };
      const rows = all.map((pipe) => [
        pipe.name,
        pipe.currentState,
        tableOf(pipe.source),
        pipe.endpoint ?? 'destination is gone',
        String(pipe.status?.delivered ?? 0),
        String(pipe.status?.waiting ?? 0),
        pipe.status?.lastFailure && pipe.stateReason ? pipe.stateReason : '',
      ]);
      process.stdout.write(
        formatTable(['NAME', 'STATE', 'TABLE', 'TARGET', 'DELIVERED', 'WAITING', 'TROUBLE'], rows),
      );
    },
  );
  withEndpoint(
    pipes.command('show <name>').description('how one pipe does, and why it fails'),
  ).action(async (name: string, { endpoint }: { endpoint: string }) => {
    const pipe = (await callServer(
      endpoint,
      'GET',
      `pipes/${encodeURIComponent(name)}`,
    )) as PipeView;
    process.stdout.write(describe(pipe));
  });
  withEndpoint(
    pipes
      .command('export <name>')
      .description('write it and what it needs as a CloudFormation template')
      .addHelpText(
        'after',
        `
Secrets are parameters without values, endpoints are parameters with their present value. The template loads again:
freshet pipes export users > users.yaml; freshet start --template users.yaml --parameter TargetConnectionApiKeyValue=...`,
      ),
  ).action(exportPipe);
  addPreviewCommands(pipes);
  addItemCommand(pipes);
  addWaitCommand(pipes);
  addTailCommand(pipes);
}

async function exportPipe(name: string, { endpoint }: { endpoint: string }): Promise<void> {
  const path = `pipes/${encodeURIComponent(name)}/template`;
  const { template } = (await callServer(endpoint, 'GET', path)) as { template: string };
  process.stdout.write(template);
}

function describe(pipe: PipeView): string {
  const lines = [
    `Pipe ${pipe.name}`,
    ...fields([
      ['state', pipe.currentState],
      ['reason', pipe.stateReason],
      ['source', pipe.source],
      ['target', pipe.endpoint ?? `${pipe.target} (gone)`],
      ...(pipe.status ? statusFields(pipe.status) : []),
    ]),
    ...warningsOf(pipe.status).map((warning) => `  warning         ${warning}`),
    ...deadLetterLines(pipe.recentDeadLetters ?? []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Of one path both may tell: what runs has seen more. */
function warningsOf(status: PipeStatus | undefined): string[] {
  const { warnings = [], lint = [] } = status ?? {};
  const others = lint.filter(
    ({ path }) => path === undefined || !warnings.some((one) => one.includes(path)),
  );
  return [...warnings, ...others.map(({ message }) => message)];
}

function statusFields(status: PipeStatus): [string, string | undefined][] {
  const { delay, lastDelivery, lastFailure } = status;
  return [
    [
      'records',
      `${String(status.read)} read, ${String(status.filtered)} filtered out, ${String(status.delivered)} delivered, ${skipped(status)}${coalesced(status)}${String(status.deadLettered)} given up`,
    ],
    [
      'now',
      status.idle
        ? 'everything written so far is handled'
        : `${String(status.inFlight)} in flight, ${String(status.waiting)} waiting${age(status)}`,
    ],
    [
      'slowed down',
      status.loweredRate === undefined
        ? undefined
        : `to ${status.loweredRate.toFixed(1)} requests a second, because the target refuses more or answers late`,
    ],
    [
      'write to target',
      status.delivered === 0
        ? undefined
        : `p50 ${delay.p50.toFixed(1)} ms, p99 ${delay.p99.toFixed(1)} ms, most ${delay.max.toFixed(1)} ms`,
    ],
    [
      'last delivery',
      lastDelivery && `${time(lastDelivery.at)}  ${String(lastDelivery.status ?? '')}`,
    ],
    [
      'last failure',
      lastFailure &&
        `${time(lastFailure.at)}  ${lastFailure.reason} (try ${String(lastFailure.attempt)}, ${JSON.stringify(lastFailure.keys)})`,
    ],
  ];
}

function coalesced({ coalesced: count }: PipeStatus): string {
  return count === 0 ? '' : `${String(count)} replaced by newer ones, `;
}

function skipped({ skipped: count }: PipeStatus): string {
  return count === 0 ? '' : `${String(count)} left out by the enrichment, `;
}

function age({ oldestUndeliveredMs }: PipeStatus): string {
  return oldestUndeliveredMs === undefined
    ? ''
    : `, the oldest for ${(oldestUndeliveredMs / 1000).toFixed(1)} s`;
}

function deadLetterLines(letters: DeadLetter[]): string[] {
  if (letters.length === 0) return [];
  return [
    '  dead letters (oldest first; the records are kept whole)',
    ...letters.map(
      ({ failedAt, condition, reason, attempts }) =>
        `    ${time(failedAt)}  ${condition} after ${attempts === 1 ? '1 try' : `${String(attempts)} tries`}: ${reason}`,
    ),
  ];
}

function fields(pairs: [string, string | undefined][]): string[] {
  return pairs
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => `  ${name.padEnd(15)} ${value!}`);
}

function time(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function tableOf(streamArn: string): string {
  return /:table\/([^/]+)\/stream\//.exec(streamArn)?.[1] ?? streamArn;
}
