import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Option, type Command } from 'commander';
import { withEndpoint } from './client.js';
import { DynamoDbClient, DynamoDbError } from './dynamodb-client.js';
import { UserError } from './errors.js';
import { ItemImporter, type NumberedItem } from './item-importer.js';
import { parsePositive, withRegion } from './options.js';
import { Progress } from './progress.js';

/** Refused lines that are named one by one; beyond, only their number is told. */
const MAX_NAMED = 100;

interface ImportOptions {
  endpoint: string;
  region: string;
  create?: string;
  concurrency: number;
}

/** Adds `freshet import`. */
export function addImportCommand(program: Command): void {
  withRegion(
    withEndpoint(
      program
        .command('import')
        .description('put the items in lines of DynamoDB JSON into a table')
        .argument('<table>')
        .argument('[file]', "where from; '-' is standard input; .gz is compressed", '-'),
    ),
  )
    .option('--create <keys>', 'make the table first; keys such as id:S or pk:S,sk:N')
    .addOption(
      new Option('--concurrency <number>', 'how many batches are under way at once')
        .default(8)
        .argParser(parsePositive),
    )
    .addHelpText(
      'after',
      `
Each line is {"Item": …}, as in AWS's exports to S3, or an item alone. Items that exist are replaced, so an
import may be repeated. Lines that are refused are named and left out; the command then ends with 1.`,
    )
    .action(importTable);
}

async function importTable(table: string, file: string, options: ImportOptions): Promise<void> {
  const client = new DynamoDbClient(options.endpoint, options.region);
  const progress = new Progress('items');
  let refused = 0;
  const refuse = (line: number, why: string): void => {
    refused += 1;
    if (refused <= MAX_NAMED) process.stderr.write(`line ${String(line)}: ${why}\n`);
  };
  try {
    if (options.create !== undefined) await createTable(client, table, options.create);
    const importer = new ItemImporter({
      client,
      table,
      keyNames: await keyNamesOf(client, table),
      concurrency: options.concurrency,
      onPut: (count) => progress.add(count),
      onRefused: refuse,
    });
    for await (const item of itemsIn(file, refuse)) await importer.add(item);
    await importer.finish();
  } finally {
    await client.close();
  }
  progress.finish('Imported', `into ${table}`);
  if (refused === 0) return;
  process.exitCode = 1;
  process.stderr.write(
    `${String(refused)} lines were refused${refused > MAX_NAMED ? `; the first ${String(MAX_NAMED)} are named above` : ''}. Mend them and import again: what is there is replaced.\n`,
  );
}

async function keyNamesOf(client: DynamoDbClient, table: string): Promise<string[]> {
  const { Table } = await client.call<{ Table: { KeySchema: { AttributeName: string }[] } }>(
    'DescribeTable',
    { TableName: table },
  );
  return Table.KeySchema.map(({ AttributeName }) => AttributeName);
}

async function createTable(client: DynamoDbClient, table: string, keys: string): Promise<void> {
  const parts = keys.split(',').map((key) => /^(.+):([SNB])$/.exec(key));
  if (parts.length > 2 || parts.some((part) => !part))
    throw new UserError(`'${keys}' names no keys: give such as id:S, or pk:S,sk:N.`);
  const names = parts.map((part) => ({ name: part![1]!, type: part![2]! }));
  await client
    .call('CreateTable', {
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: names.map(({ name }, at) => ({
        AttributeName: name,
        KeyType: at === 0 ? 'HASH' : 'RANGE',
      })),
      AttributeDefinitions: names.map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: type,
      })),
    })
    .catch((error: unknown) => {
      // It is there already; whether its keys fit, the items will tell.
      if (!(error instanceof DynamoDbError) || error.code !== 'ResourceInUseException') throw error;
    });
  for (;;) {
    const { Table } = await client.call<{ Table: { TableStatus: string } }>('DescribeTable', {
      TableName: table,
    });
    if (Table.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** The items of a file; lines that hold none are refused. */
async function* itemsIn(
  file: string,
  refuse: (line: number, why: string) => void,
): AsyncGenerator<NumberedItem> {
  let line = 0;
  for await (const text of linesOf(file)) {
    line += 1;
    if (text.trim() === '') continue;
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      refuse(line, `not JSON: ${error.message}`);
      continue;
    }
    const item = (document as { Item?: unknown } | null)?.Item ?? document;
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      refuse(line, 'not an item: {"Item": {"id": {"S": "001"}, …}} is expected');
    else yield { line, item: item as NumberedItem['item'] };
  }
}

/** Rejects with UserError when the file cannot be read. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of openInput(file).setEncoding('utf8')) {
      const lines = (rest + (chunk as string)).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
  } catch (error) {
    throw new UserError(`${file} cannot be read: ${(error as Error).message}`);
  }
  yield rest;
}

function openInput(file: string): Readable {
  if (file === '-') return process.stdin;
  const stream = createReadStream(file);
  if (!file.endsWith('.gz')) return stream;
  const gunzip = createGunzip();
  stream.once('error', (error) => gunzip.destroy(error));
  return stream.pipe(gunzip);
}
