import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `freshet-`, the number of the process, and what makes the name its own. */
const NAME = /^freshet-(\d+)-/;

/**
 * Makes a folder for what a server puts into files though it keeps nothing. Whoever calls removes it; those
 * that killed processes left are removed here.
 */
export function makePassingFolder(): string {
  for (const name of readdirSync(tmpdir())) {
    const pid = NAME.exec(name)?.[1];
    const folder = join(tmpdir(), name);
    if (pid !== undefined && !isAlive(Number(pid)) && isOwn(folder))
      rmSync(folder, { recursive: true, force: true });
  }
  return mkdtempSync(join(tmpdir(), `freshet-${String(process.pid)}-`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The system's folder for temporary files is everybody's. */
function isOwn(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat !== undefined && stat.isDirectory() && stat.uid === (process.getuid?.() ?? stat.uid);
}
