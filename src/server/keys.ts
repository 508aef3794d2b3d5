import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Credentials } from '../gateway/index.js';
import type { State } from '../state/index.js';
import { StartError } from './start-error.js';

const API_KEY_FILE = 'momento-api-key';
/** EventBridge's limit for an `ApiKeyValue`, into which the key must fit (documented). */
const MAX_KEY_LENGTH = 512;
const CREDENTIALS_SETTING = 'credentials';

/** A secret, and whether it was made just now (so that it must be shown once). */
export interface Ensured<T> {
  value: T;
  made: boolean;
}

/**
 * The API key of the embedded caches: the one that was configured, else the one in the data folder, else a
 * new one that is put there (mode 0600), so that a shell can say `$(cat …/momento-api-key)`. Throws a
 * StartError on a configured key that no client could send.
 */
export function ensureApiKey(
  data: string,
  configured: string | undefined,
): Ensured<string> & { file: string | undefined } {
  if (configured !== undefined) {
    if (!/^[\x21-\x7e]+$/.test(configured) || configured.length > MAX_KEY_LENGTH)
      throw new StartError(
        `FRESHET_MOMENTO_API_KEY must be 1 to ${MAX_KEY_LENGTH} printable ASCII characters without blanks; set it to such a key, or leave it out and one is made.`,
      );
    return { value: configured, made: false, file: undefined };
  }
  const file = join(data, API_KEY_FILE);
  const kept = readIfThere(file)?.trim();
  if (kept !== undefined && kept !== '') return { value: kept, made: false, file };
  // No colon and no control characters: it must do as ApiKeyValue of an EventBridge connection.
  const value = `fk_${randomBytes(32).toString('base64url')}`;
  writeFileSync(file, `${value}\n`, { mode: 0o600 });
  return { value, made: true, file };
}

/** The key pair that signs requests beyond loopback: configured, else kept (encrypted), else made now. */
export async function ensureCredentials(
  state: State,
  configured: Credentials | undefined,
): Promise<Ensured<Credentials>> {
  if (configured) return { value: configured, made: false };
  const kept = await state.settings.get(CREDENTIALS_SETTING);
  if (kept !== undefined)
    return { value: JSON.parse(state.secrets.open({ sealed: kept })) as Credentials, made: false };
  const value = {
    accessKeyId: `FRESHET${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64url'),
  };
  await state.settings.set(CREDENTIALS_SETTING, state.secrets.seal(JSON.stringify(value)).sealed);
  return { value, made: true };
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}
