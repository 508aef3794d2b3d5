import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { seriousViolations } from '../../support/axe.js';
import { openConsole, type ConsolePage, type Language } from '../../support/browser.js';
import { API_KEY, startFreshet, type FreshetProcess } from '../../support/freshet.js';
import { chromium } from '../../support/programs.js';

interface View {
  route: string;
  /** The number of the tab to be opened first. */
  tab?: number;
  /** Of what is to be selected first, in the first table with something to select. */
  isSelected?: boolean;
  /** The button that opens a dialog. */
  button?: Record<Language, string>;
}

/** What pages.test.ts does not open: the tabs behind the first, and the dialogs. */
const VIEWS: View[] = [
  { route: 'tables/table/user', tab: 1 },
  { route: 'tables/table/user', tab: 2 },
  { route: 'tables/table/user', button: { en: 'Create item', ja: '項目を作成' } },
  { route: 'pipes/pipe/ddb2momento', tab: 1 },
  { route: 'pipes/pipe/ddb2momento', tab: 2 },
  { route: 'pipes/pipe/ddb2momento', tab: 3 },
  { route: 'pipes/pipe/ddb2momento', tab: 4 },
  { route: 'caches/cache/user', tab: 1 },
  { route: 'caches/cache/user', tab: 2 },
  { route: 'caches/cache/user', tab: 2, button: { en: 'Create webhook', ja: 'Webhook を作成' } },
  { route: 'caches', button: { en: 'Create cache', ja: 'キャッシュを作成' } },
  { route: 'caches', button: { en: 'Create API key', ja: 'API キーを作成' } },
  { route: 'caches', isSelected: true, button: { en: 'Delete', ja: '削除' } },
  {
    route: 'api-destinations',
    isSelected: true,
    button: { en: 'Send a test request', ja: 'テストリクエストを送る' },
  },
];
const LOOKS = [
  ['en', 'light'],
  ['ja', 'dark'],
] as const;

describe('tabs and dialogs of the console', { skip: chromium.skip }, () => {
  let server: FreshetProcess;
  before(async () => {
    server = await startFreshet({ args: ['--template', 'examples/user-cache/template.yaml'] });
    await fetch(`${server.endpoint}/cache/user?key=001&ttl_seconds=300`, {
      method: 'PUT',
      headers: { authorization: API_KEY },
      body: '1',
    });
  });
  after(() => server.stop());

  for (const [language, theme] of LOOKS)
    it(`keep nobody out (${language}, ${theme})`, async () => {
      const opened = await openConsole(server.endpoint, { language, theme });
      for (const view of VIEWS) {
        await show(opened, view, language);
        const found = await seriousViolations(opened.page);
        assert.deepEqual(found, [], JSON.stringify(view));
      }
      opened.assertQuiet();
      await opened.close();
    });

  async function show({ page }: ConsolePage, view: View, language: Language): Promise<void> {
    await page.goto('about:blank');
    await page.goto(`${server.endpoint}/_console/#/${view.route}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    if (view.tab !== undefined) await page.getByRole('tab').nth(view.tab).click();
    if (view.isSelected === true) await page.getByRole('radio').first().click();
    if (view.button) await openDialog(page, view.button[language]);
  }
});

async function openDialog(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).first().click();
  await page.getByRole('dialog').waitFor();
}
