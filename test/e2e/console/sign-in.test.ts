import { after, before, describe, it } from 'node:test';
import { openConsole, type ConsolePage } from '../../support/browser.js';
import { startFreshet, type FreshetProcess } from '../../support/freshet.js';
import { chromium } from '../../support/programs.js';

const KEY = 'FRESHETCONSOLE';
const SECRET = 'a-secret-of-the-console-test';

describe('the console of a server beyond loopback', { skip: chromium.skip }, () => {
  let server: FreshetProcess;
  let opened: ConsolePage;
  before(async () => {
    server = await startFreshet({
      args: ['--host', '0.0.0.0'],
      env: { FRESHET_ACCESS_KEY_ID: KEY, FRESHET_SECRET_ACCESS_KEY: SECRET },
    });
    opened = await openConsole(server.endpoint, { route: 'tables' });
  });
  after(async () => {
    await opened.close();
    await server.stop();
  });

  it('asks for the key pair, and refuses a wrong one', async () => {
    const { page } = opened;
    await page.getByLabel('Access key ID').fill(KEY);
    await page.getByLabel('Secret access key').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The server does not know this key pair.').waitFor();
  });

  it('signs each request with the right one, in all of the protocols', async () => {
    const { page } = opened;
    await page.getByLabel('Secret access key').fill(SECRET);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('No tables yet').waitFor();
    for (const [area, empty] of [
      ['Pipes', 'No pipes yet'],
      ['API destinations', 'No API destinations yet'],
      ['Caches', 'No caches yet'],
    ] as const) {
      await page.getByRole('navigation').getByRole('link', { name: area }).click();
      await page.getByText(empty).waitFor();
    }
    await page.goto(`${server.endpoint}/_console/#/pipes/pipe/a%20b`);
    await page.getByText('It did not work: NotFound').waitFor();
  });

  it('forgets the pair at sign-out', async () => {
    const { page } = opened;
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  });
});
