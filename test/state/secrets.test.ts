import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { loadSecretKey } from '../../src/state/index.js';
import { KeySecrets } from '../../src/state/secrets.js';

describe('secrets', () => {
  const secrets = new KeySecrets(randomBytes(32));

  it('open what they sealed', () => {
    for (const text of ['', 'key', '田中 \u0000 😀', 'x'.repeat(100_000)])
      assert.equal(secrets.open(secrets.seal(text)), text);
  });
  it('are sealed anew each time, and show nothing of the text', () => {
    const [one, two] = [secrets.seal('the password'), secrets.seal('the password')];
    assert.notEqual(one.sealed, two.sealed);
    assert.ok(!Buffer.from(one.sealed.split('.')[2]!, 'base64').includes('password'));
  });
  it('tell another key from a changed text', () => {
    const sealed = new KeySecrets(randomBytes(32)).seal('a');
    assert.throws(() => secrets.open(sealed), /sealed with another key: restore the key file/);
  });
  it('refuse a text in which any byte was changed', () => {
    const [version, keyId, text] = secrets.seal('abc').sealed.split('.');
    const bytes = Buffer.from(text!, 'base64');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      const sealed = `${version!}.${keyId!}.${changed.toString('base64')}`;
      assert.throws(() => secrets.open({ sealed }), /was changed since it was sealed/);
    }
  });
  it('refuse what is no sealed text', () => {
    const { sealed } = secrets.seal('abc');
    for (const text of [
      '',
      'plain',
      '1.2',
      `2${sealed.slice(1)}`,
      `${sealed}.x`,
      sealed.slice(0, 30),
    ])
      assert.throws(() => secrets.open({ sealed: text }), /no text that Freshet has sealed/, text);
  });
  it('want a key of 32 bytes', () => {
    assert.throws(() => new KeySecrets(randomBytes(16)), /must have 32 bytes, not 16/);
  });
});

describe('the key file', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'freshet-key-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('is made for the owner only, and read again', async () => {
    const file = join(folder, 'secret.key');
    const key = await loadSecretKey(file);
    assert.equal(key.length, 32);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.deepEqual(await loadSecretKey(file), key);
  });
  it('is the same for all that start at once, and nothing else is left', async () => {
    const own = await mkdtemp(join(folder, 'race-'));
    const file = join(own, 'secret.key');
    const keys = await Promise.all(Array.from({ length: 8 }, () => loadSecretKey(file)));
    assert.equal(new Set(keys.map((key) => key.toString('hex'))).size, 1);
    assert.equal((await readFile(file, 'utf8')).trim(), keys[0]!.toString('hex'));
    assert.deepEqual(await readdir(own), ['secret.key']);
  });
  it('is never replaced when it holds something else', async () => {
    const file = join(folder, 'broken.key');
    for (const text of ['', 'not a key', 'ab'.repeat(31)]) {
      await writeFile(file, text);
      await assert.rejects(
        loadSecretKey(file),
        /holds no key of 32 bytes.*restore it from a backup/,
      );
      assert.equal(await readFile(file, 'utf8'), text);
    }
  });
  it('must be in a folder that is there', async () => {
    await assert.rejects(loadSecretKey(join(folder, 'none', 'secret.key')), { code: 'ENOENT' });
  });
});
