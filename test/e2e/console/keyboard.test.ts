import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { openConsole, type ConsolePage } from '../../support/browser.js';
import { eventually, startFreshet, type FreshetProcess } from '../../support/freshet.js';
import { chromium } from '../../support/programs.js';

/** No page has more places for the keys than these before what is wanted. */
const MAX_TABS = 80;

const ITEM = {
  id: '001',
  name: '田中一郎',
  email: 'ichiro@example.com',
  last_purchased_at: '2023-12-01 10:00:00',
};

/** What has the keys: its name as a screen reader says it, roughly. */
const FOCUSED = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return '';
  const labels = (element.getAttribute('aria-labelledby') ?? '').split(' ')
    .map((id) => document.getElementById(id)?.textContent ?? '').join(' ').trim();
  return element.getAttribute('aria-label') ?? (labels ||
    element.labels?.[0]?.textContent || element.textContent || '').trim();
})()`;

describe('the story by the keyboard alone', { skip: chromium.skip }, () => {
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
  const focused = () => opened.page.evaluate<string>(FOCUSED);
  const press = (key: string) => opened.page.keyboard.press(key);
  const type = (text: string) => opened.page.keyboard.insertText(text);
  /** Goes on with a key until what has this name has the keys. */
  async function goTo(name: string, key = 'Tab'): Promise<void> {
    const passed: string[] = [];
    for (let at = 0; at < MAX_TABS; at += 1) {
      const now = await focused();
      if (now === name) return;
      passed.push(now);
      await press(key);
    }
    assert.fail(`${key} does not lead to '${name}', but by ${passed.join(' | ')}`);
  }
  /** Waits until it has the keys by itself. */
  async function hasKeys(name: string): Promise<void> {
    let now = '';
    await eventually(`'${name}' has the keys`, async () => {
      now = await focused();
      return now === name ? true : undefined;
    }).catch((error: unknown) => {
      throw new Error(`${String(error)}, but '${now}' has`);
    });
  }

  it('sets the pipeline up', async () => {
    await opened.page.getByRole('button', { name: 'Set it up' }).waitFor();
    await goTo('Set it up');
    await press('Enter');
    await opened.page.getByText('It runs. Write an item to the table').waitFor();
    await hasKeys('Write an item');
    await press('Enter');
    await hasKeys('user');
  });

  it('writes an item, begun and ended where the keys are', async () => {
    await goTo('Create item');
    await press('Enter');
    await hasKeys('Value id');
    await goTo('Form', 'Shift+Tab');
    await goTo('JSON', 'ArrowRight');
    await press('Enter');
    await goTo('JSON', 'Tab');
    await opened.page.getByRole('textbox', { name: 'JSON', exact: true }).waitFor();
    await press('Tab');
    await press('ControlOrMeta+a');
    await type(JSON.stringify(ITEM));
    await goTo('Save');
    await press('Enter');
    await opened.page.getByRole('link', { name: '001', exact: true }).waitFor();
    await hasKeys('Create item');
  });

  it('finds the item in the Data Explorer', async () => {
    const { page } = opened;
    await goTo('Caches', 'Shift+Tab');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Caches' }).waitFor();
    await page.getByRole('link', { name: 'user', exact: true }).waitFor();
    await goTo('Find');
    // Tables are one place for the keys; arrows lead through their cells.
    for (let at = 0; at < MAX_TABS && (await page.locator('table :focus').count()) === 0; at += 1)
      await press('Tab');
    await press('ArrowDown'); // to the radio button of the same name
    await press('ArrowRight');
    await goTo('user', 'ArrowRight');
    await press('Enter');
    await hasKeys('user');
    await goTo('Key');
    await type('001');
    const value = page.getByTestId('cache-value');
    // The pipe may still be on its way.
    for (let look = 0; look < 50 && !(await value.isVisible()); look += 1) {
      const answered = page.waitForResponse((response) => response.url().includes('/cache/user'));
      await press('Enter');
      await answered;
      await page.getByRole('button', { name: 'Get', disabled: false }).first().waitFor();
    }
    assert.deepEqual(JSON.parse(JSON.parse((await value.textContent()) ?? '') as string), ITEM);
    assert.equal(await focused(), 'Key');
  });

  it('gives the keys back after a dialog, and to the heading when what had them is gone', async () => {
    const { page } = opened;
    await goTo('Caches', 'Shift+Tab');
    await press('Enter');
    await page.getByRole('link', { name: 'user', exact: true }).waitFor();
    await goTo('Create cache');
    await press('Enter');
    await hasKeys('Name');
    await press('Escape');
    await hasKeys('Create cache');
    await press('Enter');
    await hasKeys('Name');
    await type('other');
    await press('Enter');
    await hasKeys('other');
    await goTo('Caches', 'Shift+Tab');
    await press('Enter');
    await page.getByRole('radio', { name: 'other' }).waitFor();
    await page.getByRole('radio', { name: 'other' }).focus();
    await press('Space');
    await goTo('Delete', 'Shift+Tab');
    await press('Enter');
    await goTo('Delete');
    await press('Enter');
    await page.getByText('other is deleted.').waitFor();
    await hasKeys('Caches');
    opened.assertQuiet();
  });
});
