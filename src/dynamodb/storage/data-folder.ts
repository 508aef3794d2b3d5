import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** There can be no data folder of that name. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';

  constructor(folder: string, cause: NodeJS.ErrnoException) {
    super(
      cause.code === 'EEXIST' || cause.code === 'ENOTDIR'
        ? `${folder} cannot be a data folder, because a file has that name: name a folder, or one that is still to be made.`
        : `The data folder ${folder} cannot be made (${cause.message}): see to its rights, or name another one.`,
      { cause },
    );
  }
}

/** Makes a data folder unless it is there. Throws {@link DataFolderError}. */
export function makeDataFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw new DataFolderError(folder, error as NodeJS.ErrnoException);
  }
}

/** As `recursive` of mkdir, which in Node.js 20 never ends where a folder cannot be made in one that exists (/proc). */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
    const parent = dirname(folder);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || existsSync(parent)) throw error;
    makeFolder(parent);
    makeFolder(folder);
  }
}
