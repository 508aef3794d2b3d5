// Pictures of every page of the console, in both languages and both themes, of a server of its own with the
// walk-through's pipeline in it: `npm run screenshots [-- FOLDER]`, by default .cache/screenshots.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { openConsole, type Language } from '../test/support/browser.js';
import { startFreshet } from '../test/support/freshet.js';

const PAGES: Record<string, { route: string; tab?: number; step?: number }> = {
  home: { route: '' },
  tables: { route: 'tables' },
  'table-create': { route: 'tables/create' },
  table: { route: 'tables/table/user' },
  'table-records': { route: 'tables/table/user', tab: 1 },
  'table-settings': { route: 'tables/table/user', tab: 2 },
  connections: { route: 'connections' },
  connection: { route: 'connections/edit/momento' },
  destinations: { route: 'api-destinations' },
  destination: { route: 'api-destinations/edit/momento-put' },
  pipes: { route: 'pipes' },
  'pipe-source': { route: 'pipes/edit/ddb2momento' },
  'pipe-filter': { route: 'pipes/edit/ddb2momento', step: 1 },
  'pipe-target': { route: 'pipes/edit/ddb2momento', step: 3 },
  pipe: { route: 'pipes/pipe/ddb2momento' },
  'pipe-tail': { route: 'pipes/pipe/ddb2momento', tab: 1 },
  'pipe-fill': { route: 'pipes/pipe/ddb2momento', tab: 2 },
  'pipe-charts': { route: 'pipes/pipe/ddb2momento', tab: 3 },
  'pipe-failed': { route: 'pipes/pipe/ddb2momento', tab: 4 },
  caches: { route: 'caches' },
  cache: { route: 'caches/cache/user' },
  topics: { route: 'caches/cache/user', tab: 1 },
};
const ITEMS = 40;

const folder = process.argv[2] ?? join('.cache', 'screenshots');
mkdirSync(folder, { recursive: true });
const server = await startFreshet({ args: ['--template', 'examples/user-cache/template.yaml'] });
try {
  await putUsers(server.endpoint);
  for (const language of ['en', 'ja'] as Language[])
    for (const theme of ['light', 'dark'] as const) await shoot(language, theme);
} finally {
  await server.stop();
}

async function putUsers(endpoint: string): Promise<void> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  for (let number = 1; number <= ITEMS; number += 1) {
    const id = String(number).padStart(3, '0');
    const Item = {
      id: { S: id },
      name: { S: number === 1 ? '田中一郎' : `User ${id}` },
      email: { S: `user${id}@example.com` },
      last_purchased_at: { S: '2023-12-01 10:00:00' },
    };
    await client.send(new PutItemCommand({ TableName: 'user', Item }));
  }
  client.destroy();
}

async function shoot(language: Language, theme: 'light' | 'dark'): Promise<void> {
  const opened = await openConsole(server.endpoint, { language, theme });
  const { page } = opened;
  for (const [name, { route, tab, step }] of Object.entries(PAGES)) {
    await page.goto('about:blank');
    await page.goto(`${server.endpoint}/_console/#/${route}`);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    if (tab !== undefined) await page.getByRole('tab').nth(tab).click();
    if (step !== undefined) await page.locator('.flow-step').nth(step).click();
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(folder, `${name}.${language}.${theme}.png`) });
  }
  opened.assertQuiet();
  await opened.close();
}
