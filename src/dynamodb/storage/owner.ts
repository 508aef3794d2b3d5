import { readFileSync } from 'node:fs';
import type { Store } from './store.js';
import { META } from './keyspace.js';

interface Owner {
  pid: number;
  /** Tells a process from a later one of the same number, where the system shows it. */
  startedAt: string;
}

/** A living process has the data folder; the message says which and what to do. */
export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
}

/**
 * Takes the folder for this process. The owner is noted in the database itself, in a transaction, so
 * that of two processes only one succeeds; what a killed process left is taken over.
 *
 * Throws DataFolderInUseError when a living process has it.
 */
export function takeOwnership(store: Store, folder: string): void {
  const self: Owner = { pid: process.pid, startedAt: statOf(process.pid)[1] };
  store.exclusively((database) => {
    const bytes = database.getBinaryFast(META.owner);
    const owner = bytes && (JSON.parse(bytes.toString('utf8', 0, bytes.length)) as Owner);
    if (owner && isAlive(owner))
      throw new DataFolderInUseError(
        owner.pid === process.pid
          ? `The data folder ${folder} is already open in this process: close it first.`
          : `The data folder ${folder} is in use by process ${owner.pid}: stop that process, or choose another folder.`,
      );
    database.putSync(META.owner, Buffer.from(JSON.stringify(self)));
  });
}

/** Gives the folder back. */
export function releaseOwnership(store: Store): void {
  store.exclusively((database) => {
    database.removeSync(META.owner);
  });
}

function isAlive(owner: Owner): boolean {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const [state, startedAt] = statOf(owner.pid);
  // A killed process whose parent has not taken note of it yet is dead.
  return state !== 'Z' && owner.startedAt === startedAt;
}

/**
 * State of a process, and the clock ticks from the start of the system to its own (proc(5), stat fields 3
 * and 22).
 */
function statOf(pid: number): [state: string, startedAt: string] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return [fields[0] ?? '', fields[19] ?? ''];
  } catch {
    return ['', '']; // not Linux, or gone meanwhile: the process number alone decides
  }
}
