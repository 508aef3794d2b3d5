import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { seriousViolations } from '../../support/axe.js';
import { openConsole, type ConsolePage } from '../../support/browser.js';
import { startFreshet, type FreshetProcess } from '../../support/freshet.js';
import { chromium } from '../../support/programs.js';

const EMPTY_PAGES = ['', 'tables', 'connections', 'api-destinations', 'pipes', 'caches', 'nowhere'];
const FULL_PAGES = [
  '',
  'tables',
  'tables/create',
  'tables/table/user',
  'connections/create',
  'connections/edit/momento-user',
  'api-destinations/create',
  'api-destinations/edit/momento-put-user',
  'pipes',
  'pipes/create',
  'pipes/edit/ddb2momento',
  'pipes/pipe/ddb2momento',
  'caches',
  'caches/cache/user',
];

describe('the pages of the console', { skip: chromium.skip }, () => {
  let server: FreshetProcess;
  let opened: ConsolePage;
  before(async () => {
    server = await startFreshet();
    opened = await openConsole(server.endpoint);
  });
  after(async () => {
    await opened.close();
    await server.stop();
  });
  const open = async (route: string): Promise<void> => {
    await opened.page.goto(`${server.endpoint}/_console/#/${route}`);
    await opened.page.getByRole('heading', { level: 1 }).first().waitFor();
    await opened.page.waitForLoadState('networkidle');
  };
  const button = (name: string) => opened.page.getByRole('button', { name, exact: true }).first();

  it('keep nobody out while there is nothing yet', async () => {
    for (const route of EMPTY_PAGES) {
      await open(route);
      assert.deepEqual(await seriousViolations(opened.page), [], `/${route}`);
    }
  });

  it('set a pipeline up with the names that the person gives', async () => {
    const { page } = opened;
    await open('');
    await button('Set it up').click();
    await page.getByText('It runs. Write an item to the table').waitFor();
    await page.getByRole('list', { name: 'The way of ddb2momento' }).waitFor();
    await page.getByRole('link', { name: 'momento-put-user' }).waitFor();
  });

  it('keep nobody out when there is something', async () => {
    for (const route of FULL_PAGES) {
      await open(route);
      assert.deepEqual(await seriousViolations(opened.page), [], `/${route}`);
    }
  });

  it('keep nobody out in Japanese and in the dark', async () => {
    const other = await openConsole(server.endpoint, { language: 'ja', theme: 'dark' });
    for (const route of FULL_PAGES) {
      await other.page.goto(`${server.endpoint}/_console/#/${route}`);
      await other.page.getByRole('heading', { level: 1 }).first().waitFor();
      await other.page.waitForLoadState('networkidle');
      assert.deepEqual(await seriousViolations(other.page), [], `/${route}`);
    }
    await other.close();
  });

  it('say what the server has against it, and let it be mended', async () => {
    const { page } = opened;
    await open('tables/create');
    await page.getByLabel('Name', { exact: true }).fill('user');
    await button('Create table').click();
    await page.getByText('Fill this in.').waitFor();
    await page.getByLabel('Partition key', { exact: true }).fill('id');
    await button('Create table').click();
    await page.getByText('It did not work: ResourceInUseException').waitFor();
    await page.getByLabel('Name', { exact: true }).fill('orders');
    await button('Create table').click();
    await page.getByRole('heading', { level: 1, name: 'orders' }).waitFor();
  });

  it('create, change, find and delete items', async () => {
    const { page } = opened;
    await open('tables/table/orders');
    await page.getByText('No items').waitFor();
    for (const id of ['1', '2']) {
      await button('Create item').click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Value id').fill(id);
      await dialog.getByRole('button', { name: 'JSON', exact: true }).click();
      const text = dialog.getByRole('textbox', { name: 'JSON', exact: true });
      await text.fill(`{"id": "${id}", "price": 12.50, "tags": ["a"]}`);
      await dialog.getByRole('button', { name: 'DynamoDB JSON' }).click();
      const typed = dialog.getByRole('textbox', { name: 'DynamoDB JSON' });
      assert.deepEqual(JSON.parse(await typed.inputValue()), {
        id: { S: id },
        price: { N: '12.50' },
        tags: { L: [{ S: 'a' }] },
      });
      await dialog.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('link', { name: id, exact: true }).waitFor();
    }
    await button('Query').click();
    await page.getByLabel('Partition key: id').fill('2');
    await button('Run').click();
    await page.getByText('(1 found in 1 read)').waitFor();
    await page.getByRole('link', { name: '2', exact: true }).click();
    await page.getByLabel('Value price').fill('13');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('13', { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: '{"id":{"S":"2"}}' }).click();
    await button('Delete').click();
    await page.getByTestId('confirm-delete').click();
    await page.getByText('No items').waitFor();
  });

  it('show the recent records of a stream', async () => {
    await open('tables/table/orders');
    await opened.page.getByRole('tab', { name: 'Recent records' }).click();
    await opened.page.getByText('REMOVE').waitFor();
    await opened.page.getByText('MODIFY').waitFor();
  });

  it('create an item that the pipe carries', async () => {
    const { page } = opened;
    await open('tables/table/user');
    await button('Create item').click();
    await page.getByRole('button', { name: 'JSON', exact: true }).click();
    await page
      .getByRole('textbox', { name: 'JSON', exact: true })
      .fill('{"id": "001", "name": "n", "email": "e", "last_purchased_at": "l"}');
    await button('Save').click();
    await page.getByRole('link', { name: '001', exact: true }).waitFor();
  });

  it('send failed records again', async () => {
    const { page } = opened;
    await open('caches');
    await page.getByRole('radio', { name: 'user' }).click();
    await button('Delete').click();
    await page.getByTestId('confirm-delete').click();
    await page.getByText('user is deleted.').waitFor();
    await open('tables/table/user');
    await page.getByRole('link', { name: '001', exact: true }).click();
    await page.getByLabel('Value name').fill('again');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await open('pipes/pipe/ddb2momento');
    await page.getByRole('tab', { name: 'Failed records' }).click();
    await page.getByRole('row').nth(1).getByText('404').first().waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await open('caches');
    await button('Create cache').click();
    await page.getByRole('dialog').getByLabel('Name').fill('user');
    await page.getByRole('dialog').getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'user' }).waitFor();
    await open('pipes/pipe/ddb2momento');
    await page.getByRole('tab', { name: 'Failed records' }).click();
    await page.getByRole('row').nth(1).getByRole('checkbox').click();
    await button('Send again').click();
    await page.getByText('Sent again: 1 delivered').waitFor();
    await page.getByText('No failed records').waitFor();
  });

  it('send a failed record again after an edit', async () => {
    const { page } = opened;
    await open('caches');
    await page.getByRole('radio', { name: 'user' }).click();
    await button('Delete').click();
    await page.getByTestId('confirm-delete').click();
    await page.getByText('user is deleted.').waitFor();
    await open('tables/table/user');
    await page.getByRole('link', { name: '001', exact: true }).click();
    await page.getByLabel('Value name').fill('wrong');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await open('pipes/pipe/ddb2momento');
    await page.getByRole('tab', { name: 'Failed records' }).click();
    await page.getByRole('row').nth(1).getByRole('checkbox').click();
    await button('Edit and send').click();
    const dialog = page.getByRole('dialog');
    const record = dialog.getByRole('textbox', { name: 'Record' });
    await dialog.getByTestId('edited-request').getByText('wrong').waitFor();
    await record.fill((await record.inputValue()).replaceAll('"wrong"', '"mended"'));
    await dialog.getByTestId('edited-request').getByText('mended').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.getByText('failed again').waitFor();
    await fetch(`${server.endpoint}/_freshet/caches`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"name": "user"}',
    });
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await page.getByText('Sent again: delivered').waitFor();
    await page.getByText('No failed records').waitFor();
    await open('caches/cache/user');
    await page.getByRole('link', { name: '001', exact: true }).click();
    await page.getByTestId('cache-value').getByText('mended').waitFor();
  });

  it('send a test request, and show the real answer', async () => {
    const { page } = opened;
    await open('api-destinations');
    await page.getByRole('radio', { name: 'momento-put-user' }).click();
    await button('Send a test request').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Value of asterisk 1').fill('user');
    await dialog.getByRole('textbox', { name: 'Body' }).fill('a test');
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    const outcome = page.getByTestId('test-outcome');
    await outcome.getByText('It failed, and a pipe would give it up').waitFor();
    await outcome.getByText('400').first().waitFor();
    for (const [row, [name, value]] of [
      ['key', 'tested'],
      ['ttl_seconds', '60'],
    ].entries()) {
      await dialog.getByRole('button', { name: 'Query string parameters: Add' }).click();
      const of = (what: string): string => `Query string parameters: ${what} ${String(row + 1)}`;
      await dialog.getByLabel(of('Key')).fill(name!);
      await dialog.getByLabel(of('Value')).fill(value!);
    }
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await outcome.getByText('It was accepted').waitFor();
    const text = (await outcome.textContent()) ?? '';
    assert.match(text, /PUT http.*\/cache\/user\?key=tested/);
    assert.match(text, /Authorization: \*\*\*/i);
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('show records as they pass, each with its steps', async () => {
    const { page } = opened;
    await open('tables/table/user');
    await page.getByRole('link', { name: '001', exact: true }).click();
    await page.getByLabel('Value name').fill('traced');
    await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
    await page.getByText('The item is saved.').first().waitFor();
    await open('pipes/pipe/ddb2momento');
    await page.getByRole('tab', { name: 'Live tail' }).click();
    await page.getByRole('row').nth(1).getByText('Delivered').waitFor();
    await page.getByRole('row').nth(1).getByText('MODIFY').click();
    const request = page.getByTestId('trace-request').first();
    await request.getByText('traced').waitFor();
    const text = (await request.textContent()) ?? '';
    assert.match(text, /^PUT http.*\/cache\/user\?key=001&ttl_seconds=300/);
    assert.match(text, /Authorization: \*\*\*/i);
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('draw what the server measured', async () => {
    await open('pipes/pipe/ddb2momento');
    await opened.page.getByRole('tab', { name: 'Charts' }).click();
    await opened.page.getByRole('application', { name: 'Records a minute' }).waitFor();
    assert.deepEqual(await seriousViolations(opened.page), []);
  });

  it('stop and start a pipe', async () => {
    await open('pipes/pipe/ddb2momento');
    await opened.page.getByRole('tab', { name: 'Overview' }).click();
    await button('Stop').click();
    await opened.page.getByText('Stopped', { exact: true }).waitFor();
    await button('Start').click();
    await opened.page.getByText('Running', { exact: true }).waitFor();
  });
});
