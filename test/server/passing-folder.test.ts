import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { makePassingFolder } from '../../src/server/passing-folder.js';

describe('a passing folder', () => {
  it('is new, and those that ended processes left are gone', (t) => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const left = join(tmpdir(), `freshet-${String(pid)}-left`);
    const parents = join(tmpdir(), `freshet-${String(process.ppid)}-used`);
    for (const folder of [left, parents]) {
      mkdirSync(folder);
      writeFileSync(join(folder, 'secret.key'), '');
      t.after(() => rmSync(folder, { recursive: true, force: true }));
    }
    const made = [makePassingFolder(), makePassingFolder()];
    for (const folder of made) t.after(() => rmSync(folder, { recursive: true }));
    assert.equal(new Set(made).size, 2);
    assert.deepEqual([...made, left, parents].map(existsSync), [true, true, false, true]);
  });
});
