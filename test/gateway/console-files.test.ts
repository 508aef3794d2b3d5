import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { request } from 'undici';
import { AccessPolicy, ConsoleFiles, Gateway } from '../../src/gateway/index.js';
import { systemClock } from '../../src/lib/clock.js';
import { silentLog } from '../../src/lib/log.js';

describe('the console at the gateway', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freshet-console-'));
  let gateway: Gateway;
  let origin = '';
  const get = (path: string, headers: Record<string, string> = {}) =>
    request(origin + path, { headers });

  before(async () => {
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html>');
    writeFileSync(join(folder, 'assets', 'main-abc.js'), 'run()');
    writeFileSync(join(folder, 'assets', 'main-abc.js.br'), 'as brotli');
    writeFileSync(join(folder, 'assets', 'main-abc.js.gz'), 'as gzip');
    writeFileSync(join(folder, '.sources'), 'digest');
    gateway = serving(folder);
    origin = `http://127.0.0.1:${String((await gateway.listen('127.0.0.1', 0)).port)}`;
  });
  after(async () => {
    await gateway.close(0);
    rmSync(folder, { recursive: true });
  });

  it('leads a browser from / to it, and answers DynamoDB clients there as before', async () => {
    const browser = await get('/', { accept: 'text/html,application/xhtml+xml' });
    assert.equal(browser.statusCode, 302);
    assert.equal(browser.headers['location'], '/_console/');
    const client = await get('/');
    assert.equal(client.statusCode, 200);
    assert.match(await client.body.text(), /^healthy: /);
  });

  it('lets nothing inline and nothing from elsewhere into its page', async () => {
    const { statusCode, headers, body } = await get('/_console/');
    assert.equal(statusCode, 200);
    assert.equal(await body.text(), '<!doctype html>');
    assert.equal(headers['cache-control'], 'no-cache');
    const policy = String(headers['content-security-policy']);
    assert.match(policy, /default-src 'none'; script-src 'self'; style-src 'self';/);
    assert.doesNotMatch(policy, /unsafe|https?:/);
  });

  it('sends assets packed as the browser takes them, to be kept for ever', async () => {
    for (const [accepted, encoding, text] of [
      ['gzip, deflate, br', 'br', 'as brotli'],
      ['gzip', 'gzip', 'as gzip'],
      ['identity', undefined, 'run()'],
    ] as const) {
      const answer = await get('/_console/assets/main-abc.js', { 'accept-encoding': accepted });
      assert.equal(answer.headers['content-encoding'], encoding);
      assert.equal(await answer.body.text(), text);
      assert.match(String(answer.headers['cache-control']), /immutable/);
    }
  });

  it('serves nothing but the files of the build', async () => {
    for (const path of [
      '/_console/.sources',
      '/_console/..%2fsecret.key',
      '/_console/nothing.js',
    ]) {
      const { statusCode, body } = await get(path);
      assert.equal(statusCode, 404, path);
      await body.dump();
    }
    const posted = await request(`${origin}/_console/`, { method: 'POST', body: 'x' });
    assert.equal(posted.statusCode, 405);
    await posted.body.dump();
  });

  it('says that it was not built, and leads nobody to it', async () => {
    const bare = serving(join(folder, 'absent'));
    const at = `http://127.0.0.1:${String((await bare.listen('127.0.0.1', 0)).port)}`;
    const missing = await request(`${at}/_console/`);
    assert.equal(missing.statusCode, 404);
    assert.match(await missing.body.text(), /npm run build/);
    const root = await request(`${at}/`, { headers: { accept: 'text/html' } });
    assert.equal(root.statusCode, 200);
    await root.body.dump();
    await bare.close(0);
  });
});

function serving(folder: string): Gateway {
  const answer = (): Promise<string> => Promise.resolve('{}');
  return new Gateway({
    dynamodb: { answer, answerStreams: answer, has: () => true, hasStreams: () => true },
    region: 'us-east-1',
    console: new ConsoleFiles(folder),
    access: new AccessPolicy({ clock: systemClock }),
    log: silentLog,
  });
}
