import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * A program that npm cannot bring. Where it is absent a test is skipped with a line that says what to
 * install, or fails when CI=true.
 */
export interface Program {
  command: string;
  /** For the `skip` option of a test: why it is skipped, or false. */
  skip: string | false;
}

/** The AWS command line (Debian: awscli). */
export const awsCli = program(
  ['/usr/bin/aws', 'aws'],
  ['--version'],
  'the aws command (Debian: apt install awscli)',
);

/** A Python that has the code of the AWS command line, which Debian's awscli brings. */
export const pythonWithAwsCli = program(
  ['/usr/bin/python3', 'python3'],
  ['-c', 'import awscli.clidriver'],
  'the aws command as a Python module (Debian: apt install awscli)',
);

/** A Python that has boto3 (Debian: python3-boto3). */
export const pythonWithBoto3 = program(
  ['/usr/bin/python3', 'python3'],
  ['-c', 'import boto3'],
  'boto3 (Debian: apt install python3-boto3)',
);

/** A Java for DynamoDB Local (Debian: default-jre-headless). */
export const java = program(
  ['java'],
  ['-version'],
  'a Java (Debian: apt install default-jre-headless)',
);

/** A browser for the console (Debian: chromium). */
export const chromium = program(
  ['/usr/bin/chromium', 'chromium'],
  ['--version'],
  'a chromium (Debian: apt install chromium)',
);

/** A Redis server, as Valkey is one (Debian: redis-server). */
export const redisServer = program(
  ['redis-server'],
  ['--version'],
  'a redis-server (Debian: apt install redis-server)',
);

/** What makes certificates (Debian: openssl). */
export const openssl = program(
  ['openssl'],
  ['version'],
  'an openssl (Debian: apt install openssl)',
);

function program(candidates: string[], probe: string[], what: string): Program {
  for (const command of candidates) {
    if (command.startsWith('/') && !existsSync(command)) continue;
    if (spawnSync(command, probe, { stdio: 'ignore' }).status === 0)
      return { command, skip: false };
  }
  if (process.env['CI'] === 'true') throw new Error(`CI must have ${what}.`);
  return { command: candidates[0]!, skip: `needs ${what}` };
}
