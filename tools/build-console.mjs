// Builds console/ to dist/console, unless what is there was built of the same sources.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of which sources dist/console was built. */
const STAMP = '.sources';

/** Builds the console when its sources, or the packages that it is made of, have changed. */
export async function buildConsole(root) {
  const source = join(root, 'console');
  // What renders and matches in the pipes does so in the console, too.
  const shared = ['lib', 'patterns', 'transformer'].map((room) => join(root, 'src', room));
  const stamp = join(root, 'dist', 'console', STAMP);
  const digest = digestOf([source, ...shared], join(root, 'package-lock.json'));
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  if (!existsSync(join(root, 'node_modules', 'vite'))) {
    console.error('The console is not built: vite is not installed. Run npm ci, and build again.');
    return;
  }
  const { build } = await import('vite');
  await build({ configFile: join(source, 'vite.config.mjs') });
  writeFileSync(stamp, digest);
}

function digestOf(folders, lockFile) {
  const hash = createHash('sha256').update(readFileSync(lockFile));
  for (const folder of folders)
    for (const file of readdirSync(folder, { recursive: true }).sort()) {
      const path = join(folder, file);
      if (statSync(path).isFile()) hash.update(file).update('\0').update(readFileSync(path));
    }
  return hash.digest('hex');
}
