import { mkdirSync } from 'node:fs';

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
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new DataFolderError(folder, error as NodeJS.ErrnoException);
  }
}
