import assert from 'node:assert/strict';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { gunzipSync, gzipSync } from 'node:zlib';
import { startFreshet, type FreshetProcess } from '../support/freshet.js';

const COMMAND = join(
  dirname(fileURLToPath(import.meta.url)),
  ...['..', '..', 'dist', 'cli', 'main.js'],
);
const ITEMS = 20_000;

describe('freshet export and import', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freshet-transfer-'));
  let freshet: FreshetProcess;

  before(async () => {
    freshet = await startFreshet();
  });
  after(async () => {
    await freshet.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(
    args: string[],
    input = '',
  ): Promise<{ status: number | null; out: string; err: string }> {
    const child = spawn(process.execPath, [COMMAND, ...args, '--endpoint', freshet.endpoint]);
    child.stdin.end(input);
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    if (child.exitCode === null) await once(child, 'exit');
    return { status: child.exitCode, out, err };
  }

  /** Lines regardless of their order, and of the attributes' order within. */
  const sorted = (lines: string): unknown[] =>
    lines
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => (JSON.parse(line) as { Item: Record<string, unknown> }).Item)
      .sort((a, b) => (JSON.stringify(a['id']) < JSON.stringify(b['id']) ? -1 : 1));

  it('carries every type of value there and back, compressed or not', async () => {
    const items = [
      {
        id: { S: 'types' },
        number: { N: '12345678901234567890123456789012345678' },
        binary: { B: 'AP+AfyA=' },
        flag: { BOOL: false },
        nothing: { NULL: true },
        list: { L: [{ S: '日本語\n"' }, { M: { deep: { L: [] } } }] },
        names: { SS: ['a', 'b'] },
        numbers: { NS: ['-2.5', '1'] },
        binaries: { BS: ['AA==', '/w=='] },
        empty: { S: '' },
      },
      ...Array.from({ length: ITEMS - 1 }, (_, at) => ({
        id: { S: `k${String(at)}` },
        at: { N: String(at) },
      })),
    ];
    const lines = items.map((item) => `${JSON.stringify({ Item: item })}\n`).join('');
    const file = join(folder, 'items.jsonl');
    writeFileSync(file, lines);
    const imported = await run(['import', 'copied', file, '--create', 'id:S']);
    assert.equal(imported.status, 0, imported.err);
    assert.match(imported.err, /^Imported 20,000 items in [\d.]+ s into copied\n$/);

    const compressed = join(folder, 'out.jsonl.gz');
    const exported = await run(['export', 'copied', compressed]);
    assert.equal(exported.status, 0, exported.err);
    assert.deepEqual(sorted(gunzipSync(readFileSync(compressed)).toString()), sorted(lines));

    const again = await run(['import', 'again', compressed, '--create', 'id:S']);
    assert.equal(again.status, 0, again.err);
    const { out } = await run(['export', 'again']);
    assert.deepEqual(sorted(out), sorted(lines));
  });

  it('names the lines that are refused, takes the others, and of one key the last', async () => {
    const lines = [
      '{"Item":{"id":{"S":"1"},"v":{"N":"1"}}}',
      'no json',
      '{"Item":{"id":{"N":"2"}}}',
      '{"Item":{"id":{"S":"3"},"set":{"SS":[]}}}',
      '',
      '{"id":{"S":"4"}}',
      '[]',
      '{"Item":{"id":{"S":"1"},"v":{"N":"2"}}}',
    ].join('\n');
    const { status, err } = await run(['import', 'picky', '--create', 'id:S'], lines);
    assert.equal(status, 1);
    assert.match(err, /^line 2: not JSON: /m);
    assert.match(err, /^line 3: ValidationException: .*Type mismatch for key id/m);
    assert.match(err, /^line 4: ValidationException: /m);
    assert.match(err, /^line 7: not an item/m);
    assert.match(err, /^Imported 3 items/m);
    assert.match(err, /^4 lines were refused\. Mend them and import again/m);
    const { out } = await run(['export', 'picky']);
    assert.deepEqual(sorted(out), [{ id: { S: '1' }, v: { N: '2' } }, { id: { S: '4' } }]);
  });

  it('goes through pipes, compressed with --gzip, and ends quietly where the reader does', async () => {
    const command = (...args: string[]): ChildProcessWithoutNullStreams =>
      spawn(process.execPath, [COMMAND, ...args, '--endpoint', freshet.endpoint]);
    const lines = Array.from({ length: 5000 }, (_, at) => `{"id":{"S":"${String(at)}"}}\n`).join(
      '',
    );
    assert.equal((await run(['import', 'piped', '--create', 'id:S'], lines)).status, 0);

    const from = command('export', 'piped', '--gzip');
    const to = command('import', 'filled', '--gzip', '--create', 'id:S');
    from.stdout.pipe(to.stdin);
    await once(to, 'close');
    assert.equal(to.exitCode, 0);
    assert.equal((await run(['export', 'filled'])).out.split('\n').length, 5001);

    const cut = command('export', 'piped');
    cut.stdout.destroy();
    const [err] = await Promise.all([text(cut.stderr), once(cut, 'close')]);
    assert.equal(cut.exitCode, 1);
    assert.equal(err, '');
  });

  it('takes items that are large as JSON, and names a line that is longer than any item', async () => {
    const list = { L: Array.from({ length: 70_000 }, () => ({ BOOL: true })) };
    const lines = Array.from({ length: 30 }, (_, at) =>
      JSON.stringify({ Item: { id: { S: String(at) }, list } }),
    );
    lines.push('x'.repeat(17 * 1024 * 1024), '{"Item":{"S":"as an attribute"},"id":{"S":"last"}}');
    const { status, err } = await run(['import', 'large', '--create', 'id:S'], lines.join('\n'));
    assert.equal(status, 1);
    assert.match(err, /^line 31: longer than any item$/m);
    assert.match(err, /^Imported 31 items/m);
    assert.match(err, /^1 line was refused\./m);
  });

  it('says of a compressed file that was cut off what of it was imported', async () => {
    const file = join(folder, 'cut.jsonl.gz');
    const lines = Array.from(
      { length: 2000 },
      (_, at) =>
        `{"Item":{"id":{"S":"${createHash('sha256').update(String(at)).digest('hex')}"}}}\n`,
    );
    writeFileSync(file, gzipSync(lines.join('')).subarray(0, -2000));
    const { status, err } = await run(['import', 'cut-off', file, '--create', 'id:S']);
    assert.equal(status, 1);
    assert.match(err, /^Imported only [\d,]+ items in [\d.]+ s into cut-off\n/);
    assert.match(err, /cut\.jsonl\.gz cannot be read: unexpected end of file/);
  });

  it('says what is wrong with a table, a file or keys that do not fit', async () => {
    const missing = await run(['export', 'nowhere', join(folder, 'nowhere.jsonl')]);
    assert.equal(missing.status, 1);
    assert.match(missing.err, /ResourceNotFoundException: .*nowhere/);
    for (const name of ['out.jsonl', 'out.jsonl.gz']) {
      const unwritable = await run(['export', 'copied', join(folder, 'no-such-folder', name)]);
      assert.equal(unwritable.status, 1);
      assert.match(unwritable.err, /^freshet: .*out\.jsonl(\.gz)? cannot be written: ENOENT.*\n$/);
    }
    writeFileSync(join(folder, 'there.jsonl'), 'precious');
    const below = await run(['export', 'copied', join(folder, 'there.jsonl', 'out.jsonl')]);
    assert.equal(below.status, 1);
    assert.match(below.err, /^freshet: .*out\.jsonl cannot be written: ENOTDIR.*\n$/);
    const there = await run(['export', 'copied', join(folder, 'there.jsonl')]);
    assert.equal(there.status, 1);
    assert.match(there.err, /there\.jsonl is there already: .* --force\./);
    assert.equal(readFileSync(join(folder, 'there.jsonl'), 'utf8'), 'precious');
    const forced = await run(['export', 'copied', join(folder, 'there.jsonl'), '--force']);
    assert.equal(forced.status, 0, forced.err);
    const tableless = await run(['import', 'nowhere', join(folder, 'there.jsonl')]);
    assert.equal(tableless.status, 1);
    assert.match(
      tableless.err,
      /There is no table nowhere: .* --create id:S or --create pk:S,sk:N\./,
    );
    const keys = await run(['import', 'copied', '-', '--create', 'id']);
    assert.match(keys.err, /'id' names no keys: give such as id:S, or pk:S,sk:N\./);
    const file = await run(['import', 'copied', join(folder, 'no-such-file')]);
    assert.equal(file.status, 1);
    assert.match(file.err, /no-such-file cannot be read: ENOENT/);
  });
});
