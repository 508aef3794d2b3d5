import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import type { CacheClient } from '@gomomento/sdk';
import { cacheClient, keyCredentials } from '../../momento/sdk/clients.js';
import { seriousViolations } from '../../support/axe.js';
import { openConsole, type ConsolePage } from '../../support/browser.js';
import { API_KEY, eventually, startFreshet, type FreshetProcess } from '../../support/freshet.js';
import { chromium } from '../../support/programs.js';

/** Would run if it ever became a part of the page. */
const MARKUP = '<img src="x" onerror="document.title=\'taken over\'"><b>bold</b>';

describe('collections and webhooks of a cache', { skip: chromium.skip }, () => {
  let server: FreshetProcess;
  let opened: ConsolePage;
  let client: CacheClient;
  let receiver: Server;
  let url: string;
  const posted: { body: string; signature: string }[] = [];
  before(async () => {
    receiver = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        posted.push({ body, signature: String(request.headers['momento-signature']) });
        response.end();
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    url = `http://127.0.0.1:${String((receiver.address() as AddressInfo).port)}/hook`;
    server = await startFreshet();
    client = await cacheClient(keyCredentials({ grpcPort: server.port }, API_KEY));
    await client.createCache('user');
    await client.dictionarySetFields('user', 'profile', { name: 'n', [MARKUP]: MARKUP });
    await client.listConcatenateBack(
      'user',
      'many',
      Array.from({ length: 120 }, (_, i) => `v${String(i)}`),
    );
    await client.setAddElements('user', 'tags', ['a']);
    await client.sortedSetPutElement('user', 'board', 'first', 1.5);
    await client.set('user', MARKUP, MARKUP);
    opened = await openConsole(server.endpoint, { route: 'caches/cache/user' });
  });
  after(async () => {
    await opened.close();
    client.close();
    receiver.close();
    await server.stop();
  });
  const button = (name: string) => opened.page.getByRole('button', { name, exact: true }).first();
  const link = (name: string) => opened.page.getByRole('link', { name, exact: true });
  const dialog = () => opened.page.getByRole('dialog');
  const inDialog = (name: string) => dialog().getByRole('button', { name, exact: true });
  const elements = () => opened.page.getByRole('table', { name: 'Elements' });

  it('shows what could be markup as the text that it is', async () => {
    const { page } = opened;
    await link(MARKUP).click();
    await page.getByTestId('cache-value').getByText(MARKUP).waitFor();
    await button('Pretty JSON').click();
    await link('profile').click();
    await elements().getByText(MARKUP).first().waitFor();
    await link(MARKUP).first().click();
    await dialog().getByTestId('cache-value').getByText(MARKUP).waitFor();
    assert.equal(await page.locator('img[src="x"]').count(), 0);
    assert.equal(await page.title(), 'user · Freshet');
    assert.deepEqual(await seriousViolations(page), []);
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  it('adds, changes and removes fields of a dictionary, and keeps its time to live', async () => {
    const { page } = opened;
    await page.getByRole('heading', { name: 'profile · dictionary (2)' }).waitFor();
    await page.getByText(/^lives \d+ seconds more$/).waitFor();
    await button('Add element').click();
    await dialog().getByLabel('Field', { exact: true }).fill('mail');
    await dialog().getByRole('textbox', { name: 'Value', exact: true }).fill('a@example.com');
    await inDialog('Add').click();
    await page.getByRole('heading', { name: 'profile · dictionary (3)' }).waitFor();
    await elements().getByRole('link', { name: 'name' }).click();
    await dialog().getByRole('textbox', { name: 'Value', exact: true }).fill('changed');
    await inDialog('Save').click();
    await elements().getByText('changed').waitFor();
    assert.equal((await client.dictionaryGetField('user', 'profile', 'name')).value(), 'changed');
    await elements().getByRole('radio', { name: 'mail' }).click();
    await button('Remove').click();
    await page.getByTestId('confirm-delete').click();
    await page.getByRole('heading', { name: 'profile · dictionary (2)' }).waitFor();
    assert.equal((await client.dictionaryLength('user', 'profile')).value(), 2);
    opened.assertQuiet();
  });

  it('pages through a list, and leaves alone what has changed meanwhile', async () => {
    const { page } = opened;
    await link('many').click();
    await page.getByRole('heading', { name: 'many · list (120)' }).waitFor();
    await elements().getByText('v49', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Next page' }).click();
    await elements().getByText('v99', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Next page' }).click();
    await elements().getByText('v119', { exact: true }).waitFor();
    assert.ok(await page.getByRole('button', { name: 'Next page' }).isDisabled());
    await elements().getByRole('link', { name: '119' }).click();
    await client.listPopFront('user', 'many');
    await dialog().getByRole('textbox', { name: 'Value', exact: true }).fill('lost');
    await inDialog('Save').click();
    await dialog().getByText('It did not work: Changed').waitFor();
    await page.keyboard.press('Escape');
  });

  it('shows sets and sorted sets, and tells when the last element has gone', async () => {
    const { page } = opened;
    await link('board').click();
    await page.getByRole('heading', { name: 'board · sorted set (1)' }).waitFor();
    await elements().getByRole('link', { name: 'first' }).click();
    await dialog().getByLabel('Score').fill('much');
    await inDialog('Save').click();
    await dialog().getByText('It is not a number.').waitFor();
    await dialog().getByLabel('Score').fill('-2');
    await page.keyboard.press('Enter');
    await elements().getByText('-2', { exact: true }).waitFor();
    await link('tags').click();
    await page.getByRole('heading', { name: 'tags · set (1)' }).waitFor();
    await elements().getByRole('radio', { name: 'a' }).click();
    await button('Remove').click();
    await page.getByTestId('confirm-delete').click();
    await page.getByText('with its last element it is gone').waitFor();
  });

  it('creates a webhook that gets messages, and shows and rotates its secret', async () => {
    const { page } = opened;
    await page.getByRole('tab', { name: 'Webhooks' }).click();
    await page.getByText('No webhooks yet').waitFor();
    await button('Create webhook').click();
    await dialog().getByLabel('Name').fill('hook');
    await dialog().getByLabel('Topic').fill('news');
    await dialog().getByLabel('URL').fill('ftp://example.com');
    await inDialog('Create').click();
    await dialog().getByText('It is no URL that begins with').waitFor();
    await dialog().getByLabel('URL').fill(url);
    assert.deepEqual(await seriousViolations(page), []);
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: 'hook' }).click();
    const secrets: string[] = [];
    for (const what of ['Show secret', 'Rotate secret', 'Show secret']) {
      await button(what).click();
      await inDialog(what).click();
      const secret = page.locator('[data-testid="secret"]:focus');
      secrets.push((await secret.textContent()) ?? '');
      await page.keyboard.press('Escape');
    }
    assert.match(secrets[0]!, /^[\w-]{32}$/);
    assert.notEqual(secrets[1], secrets[0]);
    assert.equal(secrets[2], secrets[1]);
    await fetch(`${server.endpoint}/topics/user/news`, {
      method: 'POST',
      headers: { authorization: API_KEY, 'content-type': 'text/plain' },
      body: MARKUP,
    });
    const [first] = await eventually('the message is posted', async () =>
      posted.length > 0 ? posted : undefined,
    );
    assert.equal((JSON.parse(first!.body) as { text: string }).text, MARKUP);
    await button('Delete').click();
    await page.getByTestId('confirm-delete').click();
    await page.getByText('No webhooks yet').waitFor();
  });
});
