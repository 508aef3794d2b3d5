import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { counted } from './counted.js';
import { UserError } from './errors.js';

/** Findings printed one by one; beyond, only their number is told. */
const MAX_PRINTED = 1000;

/** Adds `freshet check`. */
export function addCheckCommand(program: Command): void {
  program
    .command('check')
    .description('prove that a data folder is consistent; its server must be stopped')
    .argument('[data]', 'the data folder', process.env['FRESHET_DATA'] ?? '.freshet')
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Checks items and their places, index entries, expiry times, sums, stream records and the items they
lead to, backups. Changes nothing, but brings over what a crash left in the write-ahead log, as any start
does. Ends with 1 when something is wrong.`,
    )
    .action(check);
}

async function check(data: string, options: { json?: boolean }): Promise<void> {
  const { checkFolder, DamagedFolderError, DataFolderInUseError, isTableFolder } =
    await import('../dynamodb/index.js');
  // A server's folder holds the users' tables and Freshet's own; another one is of one engine alone.
  const folders = [data, join(data, 'tables'), join(data, 'state')].filter(isTableFolder);
  if (folders.length === 0)
    throw new UserError(
      statSync(data, { throwIfNoEntry: false })?.isDirectory()
        ? `There are no tables in ${data}: name the folder that was given to --data.`
        : `There is no folder ${data}: name the one that was given to --data.`,
    );
  const results: object[] = [];
  let total = 0;
  for (const folder of folders) {
    const findings: object[] = [];
    const result = await checkFolder(folder, (finding) => {
      total += 1;
      if (total > MAX_PRINTED) return;
      findings.push(finding);
      if (!options.json)
        process.stdout.write(
          `${finding.where}: ${finding.problem}${finding.key === undefined ? '' : `: ${typeof finding.key === 'string' ? finding.key : JSON.stringify(finding.key)}`}\n`,
        );
    }).catch((error: unknown) => {
      if (error instanceof DataFolderInUseError || error instanceof DamagedFolderError)
        throw new UserError(error.message);
      if ((error as NodeJS.ErrnoException).code === 'EACCES')
        throw new UserError(`${folder} cannot be read: ${(error as Error).message}.`);
      throw error;
    });
    results.push({ folder, ...result, list: findings });
    if (!options.json) process.stdout.write(`${folder}: ${summaryOf(result)}\n`);
  }
  if (options.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
  else if (total > MAX_PRINTED)
    process.stdout.write(`${String(total - MAX_PRINTED)} more findings are not shown\n`);
  if (total > 0) process.exitCode = 1;
}

function summaryOf({
  checked,
  findings,
}: {
  checked: Record<'tables' | 'items' | 'indexEntries' | 'records', number>;
  findings: number;
}): string {
  const { tables, items, indexEntries, records } = checked;
  const verdict = findings === 0 ? 'all is well' : counted(findings, 'finding');
  return `${counted(tables, 'table')}, ${counted(items, 'item')}, ${counted(indexEntries, 'index entry', 'index entries')}, ${counted(records, 'stream record')}: ${verdict}`;
}
