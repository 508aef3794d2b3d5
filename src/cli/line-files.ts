import { createReadStream, createWriteStream, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { UserError } from './errors.js';

/** Standard input or output. */
export const STANDARD = '-';
/** A line is cut behind so many characters, which is more than any item has: see {@link readLines}. */
export const MAX_LINE_LENGTH = 16 * 1024 * 1024;

/**
 * Writes all that `texts` gives to a file, which appears under its name once it is whole, or to standard
 * output. Rejects with UserError when that fails, and as `texts` does.
 */
export async function writeText(
  file: string,
  texts: AsyncIterable<string>,
  options: { compress: boolean },
): Promise<void> {
  const partial = file !== STANDARD && kindOf(file) !== 'other' ? `${file}.part` : undefined;
  const output = file === STANDARD ? process.stdout : createWriteStream(partial ?? file);
  try {
    if (options.compress)
      await pipeline(texts, createGzip(), output, { end: output !== process.stdout });
    else await pipeline(texts, output, { end: output !== process.stdout });
    if (partial !== undefined) await rename(partial, file);
  } catch (error) {
    if (partial !== undefined) await rm(partial, { force: true });
    throw isSystemError(error)
      ? new UserError(`${nameOf(file)} cannot be written: ${error.message}`, { cause: error })
      : error;
  }
}

/**
 * The lines of a file or of standard input. Of a line longer than {@link MAX_LINE_LENGTH} only the
 * beginning is given, one character more than that. Rejects with UserError when the file cannot be read.
 */
export async function* readLines(
  file: string,
  options: { compressed: boolean },
): AsyncGenerator<string> {
  let line = '';
  try {
    for await (const chunk of open(file, options.compressed).setEncoding('utf8')) {
      const [first, ...others] = (chunk as string).split('\n');
      if (line.length <= MAX_LINE_LENGTH) line += first!;
      for (const next of others) {
        yield line.slice(0, MAX_LINE_LENGTH + 1);
        line = next;
      }
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new UserError(`${nameOf(file)} cannot be read: ${error.message}`, { cause: error });
  }
  yield line.slice(0, MAX_LINE_LENGTH + 1);
}

function open(file: string, compressed: boolean): Readable {
  const stream: Readable = file === STANDARD ? process.stdin : createReadStream(file);
  if (!compressed) return stream;
  const gunzip = createGunzip();
  stream.once('error', (error: Error) => gunzip.destroy(error));
  return stream.pipe(gunzip);
}

/**
 * What has that name: nothing, a usual file, or something else, such as a device, that is written to as it is.
 * Throws UserError when nobody can tell.
 */
export function kindOf(file: string): 'nothing' | 'file' | 'other' {
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) return 'nothing';
    return stat.isFile() ? 'file' : 'other';
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new UserError(`${file} cannot be written: ${error.message}`, { cause: error });
  }
}

/** Errors of the file system, of pipes and of zlib carry an error number; faults of ours do not. */
const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).errno === 'number';

const nameOf = (file: string): string => (file === STANDARD ? 'standard input or output' : file);
