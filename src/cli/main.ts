#!/usr/bin/env node
import { Command } from 'commander';
import { addBackfillCommand } from './backfill.js';
import { addCachesCommands } from './caches.js';
import { addCheckCommand } from './check.js';
import { addDlqCommands } from './dlq.js';
import { addDynamoDbCommand } from './dynamodb.js';
import { fromDynamoDbLocal } from './dynamodb-local-options.js';
import { UserError } from './errors.js';
import { addExportCommand } from './export.js';
import { addImportCommand } from './import.js';
import { addMomentoCommand } from './momento.js';
import { addPipesCommands } from './pipes.js';
import { addStartCommand } from './start.js';
import { addVerifyCommand } from './verify.js';
import { version } from './version.js';

const program = new Command('freshet')
  .description('Keeps caches, and any HTTP API, fresh from DynamoDB changes, without code.')
  .version(version)
  .showHelpAfterError('(freshet --help shows what there is)');

addStartCommand(program);
addDynamoDbCommand(program);
addMomentoCommand(program);
addCachesCommands(program);
addPipesCommands(program);
addDlqCommands(program);
addBackfillCommand(program);
addVerifyCommand(program);
addExportCommand(program);
addImportCommand(program);
addCheckCommand(program);

// Whoever read the output has read enough, as `head` does. That is no reason to end a server, or to lose work.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

try {
  const [node, script, ...words] = process.argv;
  const given = words[0] === 'dynamodb' ? fromDynamoDbLocal(words) : words;
  await program.parseAsync([node!, script!, ...given]);
} catch (error) {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`freshet: ${error.message}\n`);
  process.exitCode = 1;
}
