import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ScanCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import type { Download } from 'playwright-core';
import { seriousViolations } from '../../support/axe.js';
import { openConsole, type ConsolePage } from '../../support/browser.js';
import { startFreshet, type FreshetProcess } from '../../support/freshet.js';
import { chromium } from '../../support/programs.js';

const ITEMS = 2_000;
const BATCH = 25;
/** All digits of it are kept. */
const LONG_NUMBER = '12345678901234567890123456789012345678';

describe('files of items', { skip: chromium.skip }, () => {
  let server: FreshetProcess;
  let opened: ConsolePage;
  let client: DynamoDBClient;
  before(async () => {
    server = await startFreshet();
    client = new DynamoDBClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    for (const TableName of ['full', 'empty'])
      await client.send(
        new CreateTableCommand({
          TableName,
          BillingMode: 'PAY_PER_REQUEST',
          AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        }),
      );
    for (let from = 0; from < ITEMS; from += BATCH) await putBatch(from);
    opened = await openConsole(server.endpoint);
  });
  after(async () => {
    await opened.close();
    client.destroy();
    await server.stop();
  });

  async function putBatch(from: number): Promise<void> {
    const full = Array.from({ length: BATCH }, (_, n) => ({
      PutRequest: {
        Item: {
          id: { S: String(from + n) },
          note: { S: 'a "note", with\nlines' },
          long: { N: LONG_NUMBER },
          tags: { SS: ['a', 'b'] },
        },
      },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { full } }));
  }
  const open = async (table: string): Promise<void> => {
    await opened.page.goto('about:blank');
    await opened.page.goto(`${server.endpoint}/_console/#/tables/table/${table}`);
    await opened.page.getByRole('heading', { level: 1 }).first().waitFor();
  };
  const button = (name: string) => opened.page.getByRole('button', { name, exact: true }).first();
  const inDialog = (name: string) =>
    opened.page.getByRole('dialog').getByRole('button', { name, exact: true });
  const contentOf = async (download: Download): Promise<string> =>
    readFileSync(await download.path(), 'utf8');

  async function exported(format: string): Promise<Download> {
    const { page } = opened;
    await open('full');
    await button('Export').click();
    await page.getByRole('dialog').getByLabel(format, { exact: true }).check();
    assert.deepEqual(await seriousViolations(page), []);
    const coming = page.waitForEvent('download');
    await inDialog('Export').click();
    const download = await coming;
    await page.getByText(`${ITEMS.toLocaleString('en')} items exported.`).waitFor();
    return download;
  }
  async function import_(text: string): Promise<void> {
    const { page } = opened;
    await open('empty');
    await button('Import').click();
    await inDialog('Pasted text').click();
    await page.getByRole('dialog').getByRole('textbox', { name: 'Text' }).fill(text);
  }
  async function itemOf(
    table: string,
    id: string,
  ): Promise<Record<string, AttributeValue> | undefined> {
    const { Item } = await client.send(
      new GetItemCommand({ TableName: table, Key: { id: { S: id } } }),
    );
    return Item;
  }

  it('are paged through, and read further behind the last page', async () => {
    const { page } = opened;
    await open('full');
    await page.getByText('(300 found in 300 read)').waitFor();
    for (let click = 0; click < 6; click += 1) await button('Next page').click();
    await page.getByText('(600 found in 600 read)').waitFor();
    await page.getByRole('row').nth(50).waitFor();
  });

  it('are written as JSON lines, all pages, digit for digit', async () => {
    const download = await exported('JSON lines');
    assert.equal(download.suggestedFilename(), 'full.jsonl');
    const lines = (await contentOf(download)).trimEnd().split('\n');
    assert.equal(lines.length, ITEMS);
    assert.ok(lines[0]!.includes(`"long": ${LONG_NUMBER}`));
  });

  it('are written as CSV, keys first', async () => {
    const text = await contentOf(await exported('CSV'));
    assert.match(text, /^id,(?:note|long|tags),/);
    assert.ok(text.includes('"a ""note"", with\nlines"'));
    assert.ok(text.includes(LONG_NUMBER));
  });

  it('are written as DynamoDB JSON, and read back with every type', async () => {
    const { page } = opened;
    const path = await (await exported('DynamoDB JSON lines')).path();
    await open('empty');
    await button('Import').click();
    await page.getByRole('dialog').locator('input[type=file]').setInputFiles(path);
    await page.getByRole('dialog').getByText('DynamoDB JSON lines').first().waitFor();
    await page.getByRole('table', { name: 'How it begins' }).getByRole('row').nth(8).waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await inDialog('Import').click();
    await page.getByText(`All ${ITEMS.toLocaleString('en')} items are written.`).waitFor();
    const { Count } = await client.send(new ScanCommand({ TableName: 'empty', Select: 'COUNT' }));
    assert.equal(Count, ITEMS);
    assert.deepEqual(await itemOf('empty', '7'), await itemOf('full', '7'));
  });

  it('say what is wrong with a line before anything is sent, and leave it out', async () => {
    const { page } = opened;
    await import_('{"id": "good"}\n{"name": "no key"}\n{"id": 5}\nnonsense\n{"id": "good too"}\n');
    const preview = page.getByRole('table', { name: 'How it begins' });
    await preview.getByText('The key id is missing.').waitFor();
    await preview.getByText('It is not JSON').waitFor();
    assert.equal(await itemOf('empty', 'good'), undefined);
    await inDialog('Import').click();
    await page.getByText('2 items written, 3 lines refused').waitFor();
    assert.deepEqual(await itemOf('empty', 'good too'), { id: { S: 'good too' } });
    const coming = page.waitForEvent('download');
    await inDialog('Download the refused lines').click();
    assert.match(
      await contentOf(await coming),
      /^line,reason\r\n2,The key id is missing\.\r\n3,.*\r\n4,/,
    );
  });

  it('tell an item that the table refuses, and put the others', async () => {
    const { page } = opened;
    const tooLarge = 'x'.repeat(410_000);
    await import_(`{"id": "fits"}\n{"id": "large", "text": "${tooLarge}"}\n`);
    await inDialog('Import').click();
    await page.getByText('1 items written, 1 lines refused').waitFor();
    await page.getByRole('table', { name: 'Refused lines' }).getByText('size').waitFor();
    assert.deepEqual(await itemOf('empty', 'fits'), { id: { S: 'fits' } });
  });

  it('of CSV have the types that the person chooses', async () => {
    const { page } = opened;
    await import_('id,price,zip,code\ncsv,12.50,012,7\n');
    await page.getByRole('table', { name: 'Columns' }).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Type of code' }).click();
    await page.getByRole('option', { name: 'String' }).click();
    await page.getByText('{"id": "csv", "price": 12.50, "zip": "012", "code": "7"}').waitFor();
    await inDialog('Import').click();
    await page.getByText('All 1 items are written.').waitFor();
    assert.deepEqual(await itemOf('empty', 'csv'), {
      id: { S: 'csv' },
      price: { N: '12.5' },
      zip: { S: '012' },
      code: { S: '7' },
    });
  });
});
