// Runs the tests with node's own runner: `unit` (fast, first), `e2e`, or `all`.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** A test that takes longer hangs. */
const TIMEOUT_MS = 240_000;
const SLOW = ['conformance', 'e2e', 'fault', 'fuzz', 'guides'];
const built = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, stdio: 'inherit' });
if (built.status !== 0) process.exit(built.status ?? 1);

const files = readdirSync(join(root, 'test'), { recursive: true })
  .filter((file) => file.endsWith('.test.ts'))
  .sort();
const isSlow = (file) => SLOW.some((folder) => file.startsWith(folder));
const which = process.argv[2] ?? 'all';
const chosen = {
  unit: files.filter((file) => !isSlow(file)),
  e2e: files.filter(isSlow),
  all: [...files.filter((file) => !isSlow(file)), ...files.filter(isSlow)],
}[which];
if (!chosen?.length) {
  console.error(`no tests for '${which}': say unit, e2e or all`);
  process.exit(1);
}
const result = spawnSync(
  process.execPath,
  [
    '--import',
    'tsx',
    '--test',
    '--test-reporter=spec',
    '--test-concurrency=2',
    `--test-timeout=${String(TIMEOUT_MS)}`,
    ...chosen.map((file) => join('test', file)),
  ],
  { cwd: root, stdio: 'inherit' },
);
process.exit(result.status ?? 1);
