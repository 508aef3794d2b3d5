import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { seriousViolations } from '../../support/axe.js';
import { openConsole, type ConsolePage } from '../../support/browser.js';
import { API_KEY, startFreshet, type FreshetProcess } from '../../support/freshet.js';
import { chromium } from '../../support/programs.js';

describe("a cache's page", { skip: chromium.skip }, () => {
  let server: FreshetProcess;
  let opened: ConsolePage;
  before(async () => {
    server = await startFreshet();
    await fetch(`${server.endpoint}/_freshet/caches`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name": "user"}',
    });
    opened = await openConsole(server.endpoint);
  });
  after(async () => {
    await opened.close();
    await server.stop();
  });
  const open = async (): Promise<void> => {
    const { page } = opened;
    await page.goto('about:blank');
    await page.goto(`${server.endpoint}/_console/#/caches/cache/user`);
    await page.getByRole('heading', { level: 1, name: 'user' }).waitFor();
  };
  const button = (name: string) => opened.page.getByRole('button', { name, exact: true }).first();
  const put = (key: string, body: string): Promise<Response> =>
    fetch(`${server.endpoint}/cache/user?${key}&ttl_seconds=100`, {
      method: 'PUT',
      headers: { authorization: API_KEY },
      body,
    });
  const publish = (topic: string, body: string): Promise<Response> =>
    fetch(`${server.endpoint}/topics/user/${topic}`, {
      method: 'POST',
      headers: { authorization: API_KEY, 'content-type': 'text/plain' },
      body,
    });

  it('lists keys, and shows a value with the time that it still lives', async () => {
    const { page } = opened;
    await open();
    await page.getByText('The cache is empty').waitFor();
    await put('key=001', '{"name": "田中"}');
    await put(`key_base64=${encodeURIComponent('/wD+')}`, 'of bytes');
    await button('Refresh').click();
    await page.getByRole('link', { name: '001', exact: true }).click();
    await page.getByTestId('cache-value').getByText('田中').waitFor();
    assert.match(
      (await page.getByTestId('time-left').textContent()) ?? '',
      /^lives (?:100|9\d) seconds more$/,
    );
    await page.getByRole('link', { name: 'base64:/wD+' }).click();
    await page.getByTestId('cache-value').getByText('of bytes').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('watches a topic, and publishes on it', async () => {
    const { page } = opened;
    await open();
    await page.getByRole('tab', { name: 'Topics' }).click();
    await button('Watch').click();
    await page.getByText('Fill this in.').waitFor();
    await page.getByLabel('Topic', { exact: true }).fill('news');
    await button('Watch').click();
    await page.getByText('Watching news').waitFor();
    await page.waitForTimeout(500); // a poll is on its way, and hears what comes from then on
    await page.getByRole('textbox', { name: 'Message' }).fill('from the page');
    await button('Publish').click();
    const table = page.getByRole('table', { name: 'Messages' });
    await table.getByText('from the page').waitFor();
    for (const text of ['one', 'two', 'three']) await publish('news', text);
    await table.getByText('three').waitFor();
    await publish('other', 'elsewhere');
    assert.deepEqual(await table.locator('tbody tr td:nth-child(3)').allTextContents(), [
      'three',
      'two',
      'one',
      'from the page',
    ]);
    assert.deepEqual(await seriousViolations(page), []);
    await button('Bytes (base64)').click();
    await page.getByRole('textbox', { name: 'Message' }).fill('no!');
    await page.getByText('It is not base64.').waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('/wD+');
    await button('Publish').click();
    await table.getByText('base64:/wD+').waitFor();
    await button('Stop watching').click();
    await publish('news', 'unheard');
    await page.waitForTimeout(400);
    assert.equal(await table.getByText('unheard').count(), 0);
  });
});
