import assert from 'node:assert/strict';
import { chromium, type Browser, type Page } from 'playwright-core';
import { chromium as program } from './programs.js';

/** Longer than any page takes on a busy machine. */
const TIMEOUT_MS = 15_000;

export type Language = 'en' | 'ja';

/** A page of the console in a browser of its own. */
export interface ConsolePage {
  page: Page;
  /** Fails when the page has complained: errors of scripts, requests that were not let through. */
  assertQuiet(): void;
  close(): Promise<void>;
}

/** Opens the console of a server in a language. */
export async function openConsole(
  endpoint: string,
  options: { language?: Language; theme?: 'light' | 'dark'; route?: string } = {},
): Promise<ConsolePage> {
  const { language = 'en', theme = 'light', route = '' } = options;
  const browser: Browser = await chromium.launch({
    executablePath: program.command,
    // Tests run as root in containers, where chromium's sandbox cannot.
    args: ['--no-sandbox'],
  });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 1000 },
    locale: language === 'ja' ? 'ja-JP' : 'en-US',
    colorScheme: theme,
    // Colours on their way from one to another are no colours to judge.
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(TIMEOUT_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A key that a cache does not have, a backfill that was never begun: answered with 404, which browsers log.
    const { url } = message.location();
    const isLookUp = url.startsWith(`${endpoint}/cache/`) || url.endsWith('/backfill');
    // A draft that is half written is refused, which is shown.
    const isDraft = /_freshet\/(?:preview|lint)$/.test(url);
    if (message.type() === 'error' && !isLookUp && !isDraft) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(endpoint) && !request.url().startsWith('data:'))
      complaints.push(`A request to elsewhere: ${request.url()}`);
  });
  await page.goto(`${endpoint}/_console/#/${route}`);
  return {
    page,
    assertQuiet: () => assert.deepEqual(complaints, []),
    close: () => browser.close(),
  };
}
