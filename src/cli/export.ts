import { Option, type Command } from 'commander';
import { withEndpoint } from './client.js';
import { DynamoDbClient } from './dynamodb-client.js';
import { UserError } from './errors.js';
import { itemPages } from './item-pages.js';
import { kindOf, STANDARD, writeText } from './line-files.js';
import { parsePositive, withRegion } from './options.js';
import { Progress } from './progress.js';

interface ExportOptions {
  endpoint: string;
  region: string;
  segments: number;
  gzip?: boolean;
  force?: boolean;
}

/** Adds `freshet export`. */
export function addExportCommand(program: Command): void {
  withRegion(
    withEndpoint(
      program
        .command('export')
        .description('write the items of a table as lines of DynamoDB JSON')
        .argument('<table>')
        .argument('[file]', "where to; '-' is standard output; .gz is compressed", '-'),
    ),
  )
    .addOption(
      new Option('--segments <number>', 'how many parts of the table are read at once')
        .default(4)
        .argParser(parsePositive),
    )
    .option('--gzip', 'compress, whatever the name of the file')
    .option('--force', 'replace the file if there is one')
    .addHelpText(
      'after',
      `
Each line is {"Item": …}, as in AWS's exports to S3. The items are read one after the other while the table
may change: an item is as it was when it was read. A file appears under its name once it is whole.`,
    )
    .action(exportTable);
}

async function exportTable(table: string, file: string, options: ExportOptions): Promise<void> {
  if (file !== STANDARD && kindOf(file) === 'file' && !options.force)
    throw new UserError(`${file} is there already: name another file, or replace it with --force.`);
  const client = new DynamoDbClient(options.endpoint, options.region);
  const progress = new Progress('item');
  try {
    await client.call('DescribeTable', { TableName: table }); // before anything is written
    await writeText(file, lines(client, table, options.segments, progress), {
      compress: options.gzip ?? file.endsWith('.gz'),
    });
  } catch (error) {
    // Whoever read has read enough, as `head` does: nothing to say, but it was not all.
    if (!isBrokenPipe(error)) throw error;
    process.exitCode = 1;
    return;
  } finally {
    await client.close();
  }
  progress.finish('Exported', `to ${file}`);
}

async function* lines(
  client: DynamoDbClient,
  table: string,
  segments: number,
  progress: Progress,
): AsyncGenerator<string> {
  for await (const items of itemPages(client, table, segments)) {
    yield items.map((item) => `${JSON.stringify({ Item: item })}\n`).join('');
    progress.add(items.length);
  }
}

const isBrokenPipe = (error: unknown): boolean =>
  error instanceof UserError &&
  (error.cause as NodeJS.ErrnoException | undefined)?.code === 'EPIPE';
