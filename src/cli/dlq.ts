import type { Command } from 'commander';
import { callServer, withEndpoint } from './client.js';
import { counted } from './counted.js';
import { UserError } from './errors.js';
import { readJson } from './json-file.js';
import { formatTable } from './table.js';

/** Dead letters of one request; the server's own bound. */
const PAGE = 100;

interface DeadLetter {
  id: string;
  condition: string;
  reason: string;
  attempts: number;
  failedAt: number;
  record: { eventName: string; dynamodb: { Keys: unknown } };
}

interface Result {
  id: string;
  result: string;
  reason?: string;
}

interface Choice {
  endpoint: string;
  all?: boolean;
  force?: boolean;
  record?: string;
}

/** Adds `freshet dlq list|show|replay|discard`. */
export function addDlqCommands(program: Command): void {
  const dlq = program.command('dlq').description('the records that pipes have given up');
  withEndpoint(
    dlq
      .command('list <pipe>')
      .description('list them, oldest first')
      .option('--json', 'print one JSON document a line, records included'),
  ).action(list);
  withEndpoint(
    dlq.command('show <pipe> <id>').description('show one whole: record, last request and answer'),
  ).action(show);
  withEndpoint(
    dlq
      .command('replay <pipe> [ids...]')
      .description("send them once more, each in its item's turn; those that arrive are removed")
      .option('--all', 'all of the pipe')
      .option('--force', 'also those whose item has changed since')
      .option(
        '--record <file>',
        "send the stream record in this file ('-': standard input) in place of the one's own",
      )
      .addHelpText(
        'after',
        `
A record is sent only while it is the newest state of its item: what the item became later is the pipe's to send,
and must not be overwritten. --force sends it all the same. --record mends what 'freshet dlq show' shows as its record:
the images may be edited, event and keys stay. Ends with 1 when any was not delivered.`,
      ),
  ).action(replay);
  withEndpoint(
    dlq
      .command('discard <pipe> [ids...]')
      .description('forget them')
      .option('--all', 'all of the pipe'),
  ).action(discard);
}

async function list(
  pipe: string,
  { endpoint, json }: { endpoint: string; json?: boolean },
): Promise<void> {
  const rows: string[][] = [];
  for await (const letter of letters(endpoint, pipe)) {
    if (json) process.stdout.write(`${JSON.stringify(letter)}\n`);
    else
      rows.push([
        letter.id,
        new Date(letter.failedAt).toISOString(),
        letter.record.eventName,
        JSON.stringify(letter.record.dynamodb.Keys),
        String(letter.attempts),
        letter.reason,
      ]);
  }
  if (!json)
    process.stdout.write(formatTable(['ID', 'GIVEN UP', 'EVENT', 'KEYS', 'TRIES', 'REASON'], rows));
}

async function show(pipe: string, id: string, { endpoint }: { endpoint: string }): Promise<void> {
  for await (const letter of letters(endpoint, pipe))
    if (letter.id === id) {
      process.stdout.write(`${JSON.stringify(letter, undefined, 2)}\n`);
      return;
    }
  throw new UserError(`There is no dead letter ${id}; 'freshet dlq list ${pipe}' shows them.`);
}

async function replay(pipe: string, ids: string[], choice: Choice): Promise<void> {
  const record = choice.record === undefined ? {} : { record: readJson(choice.record) };
  if (choice.record !== undefined && ids.length !== 1)
    throw new UserError('--record is sent in place of one dead letter: name one id.');
  const counts = new Map<string, number>();
  for (const chosen of await chosenIds(pipe, ids, choice)) {
    const { results } = (await call(choice.endpoint, pipe, 'replay', {
      ids: chosen,
      force: choice.force ?? false,
      ...record,
    })) as { results: Result[] };
    for (const { id, result, reason } of results) {
      counts.set(result, (counts.get(result) ?? 0) + 1);
      if (result !== 'delivered') process.stderr.write(`${id}: ${adviceFor(result, reason)}\n`);
    }
  }
  const delivered = counts.get('delivered') ?? 0;
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  process.stdout.write(`${counted(all, 'record')}, ${String(delivered)} delivered\n`);
  if (delivered < all) process.exitCode = 1;
}

function adviceFor(result: string, reason?: string): string {
  switch (result) {
    case 'failed':
      return `failed again: ${reason ?? ''}`;
    case 'superseded':
      return 'not sent, because its item has changed since: discard it, or send it with --force';
    case 'uncertain':
      return 'not sent, because nobody can tell whether its item has changed since: look, then send it with --force';
    case 'missing':
      return 'there is no such dead letter (any more)';
    default:
      return `not sent: the pipe is ${result}`;
  }
}

async function discard(pipe: string, ids: string[], choice: Choice): Promise<void> {
  let count = 0;
  for (const chosen of await chosenIds(pipe, ids, choice)) {
    const answer = await call(choice.endpoint, pipe, 'discard', { ids: chosen });
    count += (answer as { discarded: number }).discarded;
  }
  process.stdout.write(`${counted(count, 'record')} discarded\n`);
}

/** The ids that a command is about, in portions of one request each. */
async function chosenIds(pipe: string, ids: string[], choice: Choice): Promise<string[][]> {
  if ((ids.length === 0) !== (choice.all ?? false))
    throw new UserError(
      `Name the dead letters by their ids ('freshet dlq list ${pipe}' shows them), or give --all.`,
    );
  const all = [...ids];
  if (choice.all) for await (const { id } of letters(choice.endpoint, pipe)) all.push(id);
  const portions: string[][] = [];
  for (let at = 0; at < all.length; at += PAGE) portions.push(all.slice(at, at + PAGE));
  return portions;
}

async function* letters(endpoint: string, pipe: string): AsyncGenerator<DeadLetter> {
  let after: string | undefined;
  for (;;) {
    const query = `?limit=${String(PAGE)}${after === undefined ? '' : `&after=${encodeURIComponent(after)}`}`;
    const path = `pipes/${encodeURIComponent(pipe)}/dead-letters${query}`;
    const { deadLetters } = (await callServer(endpoint, 'GET', path)) as {
      deadLetters: DeadLetter[];
    };
    yield* deadLetters;
    if (deadLetters.length < PAGE) return;
    after = deadLetters.at(-1)!.id;
  }
}

function call(endpoint: string, pipe: string, what: string, body: object): Promise<unknown> {
  return callServer(
    endpoint,
    'POST',
    `pipes/${encodeURIComponent(pipe)}/dead-letters/${what}`,
    body,
  );
}
