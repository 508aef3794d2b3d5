import { Option, type Command } from 'commander';
import { withEndpoint } from './client.js';
import { DynamoDbClient, DynamoDbError } from './dynamodb-client.js';
import { UserError } from './errors.js';
import { ItemImporter, type NumberedItem } from './item-importer.js';
import { MAX_LINE_LENGTH, readLines } from './line-files.js';
import { parsePositive, withRegion } from './options.js';
import { Progress } from './progress.js';

/** Refused lines that are named one by one; beyond, only their number is told. */
const MAX_NAMED = 100;

interface ImportOptions {
  endpoint: string;
  region: string;
  create?: string;
  concurrency: number;
  gzip?: boolean;
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
    .option('--gzip', 'the input is compressed, whatever the name of the file')
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
  const progress = new Progress('item');
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
    const compressed = options.gzip ?? file.endsWith('.gz');
    for await (const item of itemsIn(file, { compressed }, refuse)) await importer.add(item);
    await importer.finish();
  } catch (error) {
    if (progress.count > 0) progress.finish('Imported only', `into ${table}`);
    throw error;
  } finally {
    await client.close();
  }
  progress.finish('Imported', `into ${table}`);
  if (refused === 0) return;
  process.exitCode = 1;
  process.stderr.write(
    `${refused === 1 ? '1 line was' : `${String(refused)} lines were`} refused${refused > MAX_NAMED ? `; the first ${String(MAX_NAMED)} are named above` : ''}. Mend them and import again: what is there is replaced.\n`,
  );
}

async function keyNamesOf(client: DynamoDbClient, table: string): Promise<string[]> {
  const { Table } = await client
    .call<{ Table: { KeySchema: { AttributeName: string }[] } }>('DescribeTable', {
      TableName: table,
    })
    .catch((error: unknown) => {
      if (!(error instanceof DynamoDbError) || error.code !== 'ResourceNotFoundException')
        throw error;
      throw new UserError(
        `There is no table ${table}: make it, or let the import make it with --create and its keys, e.g. --create id:S or --create pk:S,sk:N.`,
      );
    });
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
  options: { compressed: boolean },
  refuse: (line: number, why: string) => void,
): AsyncGenerator<NumberedItem> {
  let line = 0;
  for await (const text of readLines(file, options)) {
    line += 1;
    if (text.trim() === '') continue;
    if (text.length > MAX_LINE_LENGTH) {
      refuse(line, 'longer than any item');
      continue;
    }
    let document: unknown;
    try {
      document = JSON.parse(text);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      refuse(line, `not JSON: ${error.message}`);
      continue;
    }
    const item = itemOf(document);
    if (item === undefined)
      refuse(line, 'not an item: {"Item": {"id": {"S": "001"}, …}} is expected');
    else yield { line, length: text.length, item };
  }
}

/** The item in `{"Item": …}`, or an item alone, which may have an attribute `Item`; undefined: it is neither. */
function itemOf(document: unknown): NumberedItem['item'] | undefined {
  if (!isObject(document)) return undefined;
  if (Object.keys(document).join() !== 'Item') return document;
  return isObject(document['Item']) ? document['Item'] : undefined;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
