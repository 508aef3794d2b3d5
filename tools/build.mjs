// Builds src/ and console/ to dist/, and puts the `freshet` command into node_modules/.bin, so that `npx freshet`
// works in a clone right after `npm ci`, without asking the registry for it.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildConsole } from './build-console.mjs';
import { bundleSources } from './bundle-sources.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
if (!existsSync(tsc)) process.exit(0); // installed without dev dependencies: dist/ came with the package

mkdirSync(dist, { recursive: true });
// The console stays: it is built anew only when it has changed.
for (const entry of readdirSync(dist))
  if (entry !== 'console') rmSync(join(dist, entry), { recursive: true, force: true });
const compiled = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (compiled.status !== 0) process.exit(compiled.status ?? 1);
await bundleSources(root);
await buildConsole(root);

const command = join(dist, 'cli', 'main.js');
chmodSync(command, 0o755);
const link = join(root, 'node_modules', '.bin', 'freshet');
mkdirSync(dirname(link), { recursive: true });
rmSync(link, { force: true });
if (process.platform !== 'win32') symlinkSync(join('..', '..', 'dist', 'cli', 'main.js'), link);
