import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { openConsole, type ConsolePage, type Language } from '../../support/browser.js';
import { CACHED, INPUT_TEMPLATE, ITEM } from '../../support/article.js';
import { startFreshet, type FreshetProcess } from '../../support/freshet.js';
import { chromium } from '../../support/programs.js';

/** What the person reads and clicks, in each language. */
const WORDS = {
  en: {
    tables: 'Tables',
    createTable: 'Create table',
    name: 'Name',
    partitionKey: 'Partition key',
    caches: 'Caches',
    createCache: 'Create cache',
    create: 'Create',
    connections: 'Connections',
    createConnection: 'Create connection',
    makeKey: 'Make a key for the caches here',
    destinations: 'API destinations',
    createDestination: 'Create API destination',
    ownCache: 'Use the caches of this server',
    rate: 'Invocation rate limit per second',
    pipes: 'Pipes',
    createPipe: 'Create pipe',
    stream: 'Table whose stream is read',
    target: '4. Target',
    filter: '2. Filter',
    onlyWrites: 'Only new and changed items',
    matches: 'The sample matches',
    destination: 'API destination',
    pathValue: 'Values of the path 1',
    query: 'Query string parameters',
    add: 'Add',
    key: 'Key',
    value: 'Value',
    template: 'Input template',
    running: 'Running',
    createItem: 'Create item',
    dynamodbJson: 'DynamoDB JSON',
    save: 'Save',
    get: 'Get',
  },
  ja: {
    tables: 'テーブル',
    createTable: 'テーブルを作成',
    name: '名前',
    partitionKey: 'パーティションキー',
    caches: 'キャッシュ',
    createCache: 'キャッシュを作成',
    create: '作成',
    connections: '接続',
    createConnection: '接続を作成',
    makeKey: 'ここのキャッシュ用のキーを作る',
    destinations: 'API 送信先',
    createDestination: 'API 送信先を作成',
    ownCache: 'このサーバーのキャッシュを使う',
    rate: '毎秒の呼び出しレート上限',
    pipes: 'パイプ',
    createPipe: 'パイプを作成',
    stream: 'ストリームを読むテーブル',
    target: '4. ターゲット',
    filter: '2. フィルター',
    onlyWrites: '新規と変更の項目だけ',
    matches: 'サンプルは一致します',
    destination: 'API 送信先',
    pathValue: 'パスの値 1',
    query: 'クエリ文字列パラメーター',
    add: '追加',
    key: 'キー',
    value: '値',
    template: '入力テンプレート',
    running: '実行中',
    createItem: '項目を作成',
    dynamodbJson: 'DynamoDB JSON',
    save: '保存',
    get: '取得',
  },
};

for (const language of ['en', 'ja'] as Language[]) {
  describe(`the article's story by clicking (${language})`, { skip: chromium.skip }, () => {
    const words = WORDS[language];
    let server: FreshetProcess;
    let console: ConsolePage;
    let page: Page;
    before(async () => {
      server = await startFreshet();
      console = await openConsole(server.endpoint, { language });
      page = console.page;
    });
    after(async () => {
      await console.close();
      await server.stop();
    });

    const goTo = (area: string) =>
      page.getByRole('navigation').getByRole('link', { name: area, exact: true }).click();
    /** The last of its name: lists have one above the table, forms one below. */
    const click = (name: string) => page.getByRole('button', { name, exact: true }).last().click();
    const fill = (label: string, text: string) =>
      page.getByLabel(label, { exact: true }).first().fill(text);
    const heading = (name: string) => page.getByRole('heading', { level: 1, name, exact: true });

    it('creates the table user with a stream', async () => {
      await goTo(words.tables);
      await page.getByRole('button', { name: words.createTable }).first().click();
      await fill(words.name, 'user');
      await fill(words.partitionKey, 'id');
      await click(words.createTable);
      await heading('user').waitFor();
    });

    it('creates the cache user', async () => {
      await goTo(words.caches);
      await page.getByRole('button', { name: words.createCache }).first().click();
      await page.getByRole('dialog').getByLabel(words.name).fill('user');
      await page.getByRole('dialog').getByRole('button', { name: words.create }).click();
      await heading('user').waitFor();
    });

    it('creates the connection with a new API key', async () => {
      await goTo(words.connections);
      await page.getByRole('button', { name: words.createConnection }).first().click();
      await fill(words.name, 'momento');
      await click(words.makeKey);
      await page
        .getByText(language === 'en' ? /was made and put in/ : /作り、入力しました/)
        .waitFor();
      await click(words.createConnection);
      await page.getByRole('link', { name: 'momento', exact: true }).waitFor();
    });

    it('creates the API destination with 50 requests a second', async () => {
      await goTo(words.destinations);
      await page.getByRole('button', { name: words.createDestination }).first().click();
      await fill(words.name, 'momento-put');
      await click(words.ownCache);
      await fill(words.rate, '50');
      await click(words.createDestination);
      await page.getByRole('link', { name: 'momento-put', exact: true }).waitFor();
    });

    it('creates the pipe, with its filter tried on a sample', async () => {
      await goTo(words.pipes);
      await page.getByRole('button', { name: words.createPipe }).first().click();
      await fill(words.name, 'ddb2momento');
      await page.getByLabel(words.stream).click();
      await page.getByRole('option', { name: 'user', exact: true }).click();
      await page.getByRole('button', { name: words.filter }).click();
      await click(words.onlyWrites);
      await page.getByText(words.matches).waitFor();
      await page.getByRole('button', { name: words.target }).click();
      await page.getByLabel(words.destination, { exact: true }).click();
      await page.getByRole('option', { name: 'momento-put' }).click();
      await fill(words.pathValue, 'user');
      for (const [index, [key, value]] of [
        ['key', '$.dynamodb.Keys.id.S'],
        ['ttl_seconds', '300'],
      ].entries()) {
        await click(`${words.query}: ${words.add}`);
        await fill(`${words.query}: ${words.key} ${String(index + 1)}`, key!);
        await fill(`${words.query}: ${words.value} ${String(index + 1)}`, value!);
      }
      await page.getByRole('textbox', { name: words.template }).fill(INPUT_TEMPLATE);
      await click(words.createPipe);
      await heading('ddb2momento').waitFor();
      await page.getByText(words.running, { exact: true }).waitFor();
    });

    it('puts the user 001', async () => {
      await goTo(words.tables);
      await page.getByRole('link', { name: 'user', exact: true }).click();
      await page.getByRole('button', { name: words.createItem }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: words.dynamodbJson }).click();
      await dialog.getByRole('textbox', { name: words.dynamodbJson }).fill(JSON.stringify(ITEM));
      await dialog.getByRole('button', { name: words.save }).click();
      await page.getByRole('link', { name: '001', exact: true }).waitFor();
    });

    it('finds 001 in the Data Explorer', async () => {
      await goTo(words.caches);
      await page.getByRole('link', { name: 'user', exact: true }).click();
      await fill(words.key, '001');
      const value = page.getByTestId('cache-value');
      // The pipe may still be on its way.
      for (let look = 0; look < 50 && !(await value.isVisible()); look += 1) {
        const answered = page.waitForResponse((response) => response.url().includes('/cache/user'));
        await click(words.get);
        await answered;
        await page.getByRole('button', { name: words.get, disabled: false }).first().waitFor();
      }
      const text = await value.textContent();
      assert.deepEqual(JSON.parse(JSON.parse(text ?? '') as string), CACHED);
    });

    it('has no fault in its scripts and asks nobody else', () => {
      console.assertQuiet();
    });
  });
}
