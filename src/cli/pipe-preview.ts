import type { Command } from 'commander';
import { callServer, withEndpoint } from './client.js';
import { counted } from './counted.js';
import { UserError } from './errors.js';
import { readJson } from './json-file.js';
import { parsePositive } from './options.js';

interface Stage {
  rendered?: string;
  request?: { method: string; url: string; headers: Record<string, string>; body: string };
  problem?: string;
}

interface Preview {
  eventID: string;
  eventName: string;
  filter: string;
  enrichment?: Stage;
  target?: Stage;
}

interface Warning {
  code: string;
  message: string;
}

/** Adds `freshet pipes preview|lint`. */
export function addPreviewCommands(pipes: Command): void {
  withEndpoint(
    pipes
      .command('preview <pipe>')
      .description('show what would be sent for records, without sending')
      .option('--record <file>', 'a stream record as JSON, as a pipe gets it')
      .option('--last <number>', 'the last records that came, or items of the table', parsePositive)
      .option('--json', 'print the JSON document'),
  ).action(preview);
  withEndpoint(
    pipes
      .command('lint <pipe>')
      .description('find what its definition probably gets wrong, by recent records and items')
      .option('--json', 'print the JSON document')
      .addHelpText('after', '\nEnds with 1 when it finds something.'),
  ).action(lint);
}

async function preview(
  pipe: string,
  {
    endpoint,
    record,
    last,
    json,
  }: { endpoint: string; record?: string; last?: number; json?: boolean },
): Promise<void> {
  const asked = {
    ...(record !== undefined && { record: readJson(record) }),
    ...(last !== undefined && { last }),
  };
  const path = `pipes/${encodeURIComponent(pipe)}/preview`;
  const answer = (await callServer(endpoint, 'POST', path, asked)) as { previews: Preview[] };
  if (json) process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
  else if (answer.previews.length === 0)
    throw new UserError(
      'No record has come yet and no item is in the table: give one with --record.',
    );
  else process.stdout.write(answer.previews.map(describe).join('\n'));
}

function describe({ eventName, eventID, filter, enrichment, target }: Preview): string {
  const verdict = filter === 'passed' ? 'passes the filters' : 'is filtered out; it would send';
  const lines = [
    `${eventName} ${eventID} ${verdict}`,
    ...(enrichment === undefined ? [] : ['', 'enrichment', ...stageLines(enrichment)]),
    ...(target === undefined
      ? ['', 'The target gets what the enrichment answers: there is no telling it before.']
      : ['', 'target', ...stageLines(target)]),
  ];
  return `${lines.join('\n')}\n`;
}

function stageLines({ request, rendered, problem }: Stage): string[] {
  const body = request?.body ?? rendered;
  return [
    ...(request === undefined
      ? []
      : [
          `  ${request.method} ${request.url}`,
          ...Object.entries(request.headers).map(([name, value]) => `  ${name}: ${value}`),
        ]),
    ...(body ? ['', `  ${body.replaceAll('\n', '\n  ')}`] : []),
    ...(problem === undefined ? [] : [`  problem: ${problem}`]),
  ];
}

async function lint(
  pipe: string,
  { endpoint, json }: { endpoint: string; json?: boolean },
): Promise<void> {
  const path = `pipes/${encodeURIComponent(pipe)}/lint`;
  const answer = (await callServer(endpoint, 'GET', path)) as {
    samples: number;
    warnings: Warning[];
  };
  const { samples, warnings } = answer;
  if (json) process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
  else {
    for (const { code, message } of warnings) process.stdout.write(`${code}: ${message}\n`);
    process.stdout.write(
      `${counted(warnings.length, 'warning')}, judged by ${counted(samples, 'record or item', 'records and items')}\n`,
    );
  }
  if (warnings.length > 0) process.exitCode = 1;
}
