import type { Command } from 'commander';
import { callServer, withEndpoint } from './client.js';
import { UserError } from './errors.js';

interface Unknown {
  unknown: string;
}

interface ItemState {
  table: { item: unknown } | Unknown;
  lastSent: { at: number; eventName: string; request?: { body?: { text: string } } } | Unknown;
  target: { request: { method: string; url: string }; status: number; body: string } | Unknown;
}

/** Adds `freshet pipes item`. */
export function addItemCommand(pipes: Command): void {
  withEndpoint(
    pipes
      .command('item <pipe>')
      .description('one item: in the table, as it was last sent, and at the target')
      .requiredOption('--key <json>', 'its key as the table has it, e.g. {"id":{"S":"001"}}')
      .option('--json', 'print the JSON document'),
  ).action(item);
}

async function item(
  pipe: string,
  { endpoint, key, json }: { endpoint: string; key: string; json?: boolean },
): Promise<void> {
  if (!isJson(key)) throw new UserError(`--key is not JSON: give one such as {"id":{"S":"001"}}.`);
  const path = `pipes/${encodeURIComponent(pipe)}/item?key=${encodeURIComponent(key)}`;
  const state = (await callServer(endpoint, 'GET', path)) as ItemState;
  process.stdout.write(json ? `${JSON.stringify(state, undefined, 2)}\n` : describe(state));
}

function describe({ table, lastSent, target }: ItemState): string {
  const lines = [
    `table      ${'unknown' in table ? table.unknown : table.item === null ? 'is not there' : JSON.stringify(table.item)}`,
    `last sent  ${
      'unknown' in lastSent
        ? lastSent.unknown
        : `${new Date(lastSent.at).toISOString()}  ${lastSent.eventName}  ${lastSent.request?.body?.text ?? ''}`
    }`,
    `target     ${
      'unknown' in target
        ? target.unknown
        : `${target.request.method} ${target.request.url} ${String(target.status)}  ${target.body}`
    }`,
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return false;
  }
}
