import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Option, type Command } from 'commander';
import { withEndpoint } from './client.js';
import { DynamoDbClient } from './dynamodb-client.js';
import { parsePositive, withRegion } from './options.js';
import { Progress } from './progress.js';

interface ExportOptions {
  endpoint: string;
  region: string;
  segments: number;
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
    .addHelpText(
      'after',
      `
Each line is {"Item": …}, as in AWS's exports to S3. The items are read one after the other while the table
may change: an item is as it was when it was read. A file appears under its name once it is whole.`,
    )
    .action(exportTable);
}

async function exportTable(table: string, file: string, options: ExportOptions): Promise<void> {
  const client = new DynamoDbClient(options.endpoint, options.region);
  const partial = file === '-' ? undefined : `${file}.part`;
  const progress = new Progress('items');
  const { output, done } = openOutput(partial, file.endsWith('.gz'));
  try {
    await client.call('DescribeTable', { TableName: table }); // before anything is written
    const segments = Array.from({ length: options.segments }, (_, segment) =>
      exportSegment(client, table, { segment, of: options.segments }, output, progress),
    );
    await Promise.all(segments);
    if (partial === undefined) return;
    output.end();
    await done;
    await rename(partial, file);
  } catch (error) {
    output.destroy();
    if (partial !== undefined) await rm(partial, { force: true });
    throw error;
  } finally {
    await client.close();
  }
  progress.finish('Exported', `to ${file}`);
}

function openOutput(
  path: string | undefined,
  isCompressed: boolean,
): { output: Writable; done: Promise<void> } {
  if (path === undefined) return { output: process.stdout, done: Promise.resolve() };
  const stream = createWriteStream(path);
  const done = finished(stream);
  done.catch(() => undefined); // awaited once all is written; until then writing tells
  if (!isCompressed) return { output: stream, done };
  const gzip = createGzip();
  gzip.pipe(stream);
  stream.once('error', (error) => gzip.destroy(error));
  return { output: gzip, done };
}

async function exportSegment(
  client: DynamoDbClient,
  table: string,
  { segment, of }: { segment: number; of: number },
  output: Writable,
  progress: Progress,
): Promise<void> {
  let startKey: object | undefined;
  do {
    const page = await client.call<{ Items: object[]; LastEvaluatedKey?: object }>('Scan', {
      TableName: table,
      Segment: segment,
      TotalSegments: of,
      ConsistentRead: true,
      ...(startKey && { ExclusiveStartKey: startKey }),
    });
    const lines = page.Items.map((item) => `${JSON.stringify({ Item: item })}\n`).join('');
    if (!output.write(lines)) await once(output, 'drain');
    progress.add(page.Items.length);
    startKey = page.LastEvaluatedKey;
  } while (startKey);
}
