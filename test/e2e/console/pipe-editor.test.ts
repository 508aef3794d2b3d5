import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribePipeCommand, PipesClient } from '@aws-sdk/client-pipes';
import { seriousViolations } from '../../support/axe.js';
import { openConsole, type ConsolePage } from '../../support/browser.js';
import { startFreshet, type FreshetProcess } from '../../support/freshet.js';
import { chromium } from '../../support/programs.js';

const TEMPLATE = 'examples/user-cache/template.yaml';
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };

describe('the editor of pipes', { skip: chromium.skip }, () => {
  let server: FreshetProcess;
  let opened: ConsolePage;
  let pipes: PipesClient;
  before(async () => {
    server = await startFreshet({ args: ['--template', TEMPLATE] });
    const client = { endpoint: server.endpoint, region: 'us-east-1', credentials };
    pipes = new PipesClient(client);
    const dynamodb = new DynamoDBClient(client);
    const Item = {
      id: { S: '001' },
      name: { S: 'Ann' },
      email: { S: 'a@example.com' },
      last_purchased_at: { S: '2023-12-01' },
    };
    await dynamodb.send(new PutItemCommand({ TableName: 'user', Item }));
    dynamodb.destroy();
    opened = await openConsole(server.endpoint);
  });
  after(async () => {
    opened.assertQuiet();
    pipes.destroy();
    await opened.close();
    await server.stop();
  });
  const edit = async (step: string, action = 'edit'): Promise<void> => {
    await opened.page.goto('about:blank');
    await opened.page.goto(`${server.endpoint}/_console/#/pipes/${action}/ddb2momento`);
    await opened.page.getByRole('button', { name: step }).click();
  };
  const template = () => opened.page.getByRole('textbox', { name: 'Input template' });
  const preview = () => opened.page.getByTestId('preview');

  it('completes paths of real records by keyboard, and shows what the server would send', async () => {
    const { page } = opened;
    await edit('4. Target momento-put');
    await preview().getByText('PUT http').waitFor();
    await template().fill('');
    await template().pressSequentially('{"who": "<nam');
    const list = page.getByRole('listbox', { name: 'Suggestions' });
    await list.getByRole('option', { name: '$.dynamodb.NewImage.name.S Ann' }).waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    const active = await template().getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`[id="${active!}"]`).getAttribute('aria-selected'), 'true');
    await template().press('Escape');
    await list.waitFor({ state: 'detached' });
    await template().press('Control+Space');
    await list.waitFor();
    await template().press('ArrowDown');
    await template().press('ArrowUp');
    await template().press('Enter');
    await template().pressSequentially('"}');
    assert.equal(await template().inputValue(), '{"who": "<$.dynamodb.NewImage.name.S>"}');
    await preview().getByText('{"who":"Ann"}').waitFor();
    await preview().getByText('/cache/user?key=001').waitFor();
    const text = (await preview().textContent()) ?? '';
    assert.match(text, /Authorization: \*\*\*/i);
  });

  it('says what is wrong with a draft in its place, and mends with a click what it can', async () => {
    const { page } = opened;
    await edit('4. Target momento-put');
    await template().fill('{"who": "<$.dynamodb.NewImage.nmae.S>"}');
    await page.getByRole('button', { name: 'Use $.dynamodb.NewImage.name.S' }).click();
    await preview().getByText('{"who":"Ann"}').waitFor();
    await page.getByText('No fault found').waitFor();
    await template().fill('{"who": <aws.pipes.nope>}');
    await page.getByText('The server would refuse the pipe').waitFor();
    assert.equal(await template().getAttribute('aria-invalid'), 'true');
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('completes filters, and tells what they do with the sample', async () => {
    const { page } = opened;
    await edit('2. Filter');
    const pattern = page.getByRole('textbox', { name: 'Pattern 1' });
    await pattern.fill('');
    await pattern.pressSequentially('{"eventN');
    await page.getByRole('option', { name: 'eventName INSERT' }).waitFor();
    await pattern.press('Enter');
    await pattern.pressSequentially('REM');
    await page.getByRole('option', { name: 'REMOVE' }).waitFor();
    await pattern.press('Enter');
    await pattern.press('End');
    await pattern.pressSequentially('}');
    assert.equal(await pattern.inputValue(), '{"eventName": ["REMOVE"]}');
    await page.getByText('The sample does not match').waitFor();
    await page.getByText('The filters hold it back').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('shows options and templates for each event in what would be sent, and keeps them', async () => {
    const { page } = opened;
    await edit('4. Target momento-put');
    await template().fill('{"a": "<$.dynamodb.NewImage.gone.S>", "b": 1}');
    await preview().getByText('{"a":"","b":1}').waitFor();
    await page.getByText('Other templates for some events').click();
    await page
      .getByRole('textbox', { name: 'Template for REMOVE' })
      .fill('{"gone": <freshet.keys>}');
    await page.getByRole('button', { name: '5. Options' }).click();
    await page.getByRole('button', { name: /^Values that are missing/ }).click();
    await page.getByRole('option', { name: 'drop-key' }).click();
    await preview().getByText('{"b":1}').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('ddb2momento is saved.').waitFor();
    const { Tags } = await pipes.send(new DescribePipeCommand({ Name: 'ddb2momento' }));
    assert.equal(Tags?.['freshet:missing-values'], 'drop-key');
    const extensions = await fetch(`${server.endpoint}/_freshet/pipes/ddb2momento/extensions`);
    assert.deepEqual(await extensions.json(), {
      InputTemplates: { REMOVE: '{"gone": <freshet.keys>}' },
    });
  });

  it('makes another pipe like it, and sends nothing that is not complete', async () => {
    const { page } = opened;
    await edit('1. Source', 'duplicate');
    await page.getByText('More settings').click();
    await page.getByLabel('Batch size').fill('0');
    await page.getByRole('button', { name: 'Create pipe' }).click();
    await page.getByText('Fill this in.').waitFor();
    await page.getByText('Give a whole number from 1 to 10000.').waitFor();
    await page.getByLabel('Batch size').fill('1');
    await page.getByLabel('Name', { exact: true }).fill('another');
    await page.getByRole('button', { name: 'Create pipe' }).click();
    await page.getByRole('heading', { level: 1, name: 'another' }).waitFor();
    const { Tags } = await pipes.send(new DescribePipeCommand({ Name: 'another' }));
    assert.equal(Tags?.['freshet:missing-values'], 'drop-key');
  });
});
