import { randomBytes } from 'node:crypto';
import { link, open, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

export const SECRET_KEY_BYTES = 32;
/** Only the owner reads and writes it. */
const MODE = 0o600;

/**
 * Reads the key from its file (64 hexadecimal digits), or makes one at the first start. The file comes into
 * being whole and on the disk, or not at all: what a lost key has sealed is lost with it. Of several
 * processes that start at the same time, all get the key that came first.
 */
export async function loadSecretKey(file: string): Promise<Buffer> {
  const text = (await read(file)) ?? (await create(file));
  if (!/^[0-9a-f]{64}\s*$/i.test(text))
    throw new Error(
      `${file} holds no key of ${String(SECRET_KEY_BYTES)} bytes in hexadecimal digits: restore it from a backup. ` +
        'If there is none, delete it and give the secrets of all connections again.',
    );
  return Buffer.from(text.trim(), 'hex');
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function create(file: string): Promise<string> {
  const temporary = `${file}.${randomBytes(8).toString('hex')}.tmp`;
  const handle = await open(temporary, 'wx', MODE);
  try {
    try {
      await handle.writeFile(`${randomBytes(SECRET_KEY_BYTES).toString('hex')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // Unlike a rename, a link never replaces a file that is there.
    await link(temporary, file).catch((error: unknown) => {
      if (!isCode(error, 'EEXIST')) throw error;
    });
  } finally {
    await unlink(temporary);
  }
  await syncFolder(dirname(file));
  return readFile(file, 'utf8');
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
