import type { Command } from 'commander';
import { callServer, withEndpoint } from './client.js';
import { counted } from './counted.js';
import { UserError } from './errors.js';
import { readJson, readText } from './json-file.js';
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
  answer?: { from: 'request' | 'record' | 'other record'; eventID?: string };
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
      .option(
        '--enrichment-response <file>',
        'what the enrichment is taken to answer; without it, what it answered last',
      )
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
    enrichmentResponse,
    json,
  }: {
    endpoint: string;
    record?: string;
    last?: number;
    enrichmentResponse?: string;
    json?: boolean;
  },
): Promise<void> {
  const asked = {
    ...(record !== undefined && { record: readJson(record) }),
    ...(last !== undefined && { last }),
    ...(enrichmentResponse !== undefined && {
      enrichmentResponse: readText(enrichmentResponse),
    }),
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

function describe({ eventName, eventID, filter, enrichment, answer, target }: Preview): string {
  const verdict = filter === 'passed' ? 'passes the filters' : 'is filtered out; it would send';
  const lines = [
    `${eventName} ${eventID} ${verdict}`,
    ...(enrichment === undefined ? [] : ['', 'enrichment', ...stageLines(enrichment)]),
    ...(target === undefined
      ? [
          '',
          'The target gets what the enrichment answers, and no answer is known yet: give one with --enrichment-response.',
        ]
      : ['', `target${originOf(answer)}`, ...stageLines(target)]),
  ];
  return `${lines.join('\n')}\n`;
}

/** What the target's request was made of. */
function originOf(answer: Preview['answer']): string {
  if (answer === undefined) return '';
  const { from, eventID = '' } = answer;
  if (from === 'request') return ', with the given answer of the enrichment';
  return from === 'record'
    ? ', with what the enrichment answered'
    : `, with what the enrichment answered for another record (${eventID})`;
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
    answers?: number;
    warnings: Warning[];
    notes: string[];
  };
  const { samples, answers, warnings, notes } = answer;
  if (json) process.stdout.write(`${JSON.stringify(answer, undefined, 2)}\n`);
  else {
    for (const { code, message } of warnings) process.stdout.write(`${code}: ${message}\n`);
    // Advice is no finding: scripts read standard output.
    for (const note of notes) process.stderr.write(`note: ${note}\n`);
    const judgedBy = [
      counted(samples, 'record or item', 'records and items'),
      ...(answers === undefined
        ? []
        : [counted(answers, 'answer of the enrichment', 'answers of the enrichment')]),
    ];
    process.stdout.write(
      `${counted(warnings.length, 'warning')}, judged by ${judgedBy.join(' and ')}\n`,
    );
  }
  if (warnings.length > 0) process.exitCode = 1;
}
