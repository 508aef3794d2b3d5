import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribePipeCommand, PipesClient, UpdatePipeCommand } from '@aws-sdk/client-pipes';
import { seriousViolations } from '../../support/axe.js';
import { openConsole, type ConsolePage } from '../../support/browser.js';
import { API_KEY, startFreshet, type FreshetProcess } from '../../support/freshet.js';
import { chromium } from '../../support/programs.js';

const ITEMS = 20;
const START = { args: ['--template', 'examples/user-cache/template.yaml'] };

describe("a pipe's page", { skip: chromium.skip }, () => {
  let data: string;
  let server: FreshetProcess;
  let opened: ConsolePage;
  before(async () => {
    data = mkdtempSync(join(tmpdir(), 'freshet-test-'));
    server = await startFreshet({ ...START, data });
    for (let number = 1; number <= ITEMS; number += 1) await put(number, 'first');
    opened = await openConsole(server.endpoint);
  });
  after(async () => {
    await opened.close();
    await server.stop();
    rmSync(data, { recursive: true });
  });

  async function put(number: number, name: string): Promise<void> {
    const client = new DynamoDBClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const Item = {
      id: { S: String(number).padStart(3, '0') },
      name: { S: name },
      email: { S: 'a@example.com' },
      last_purchased_at: { S: '2023-12-01' },
    };
    await client.send(new PutItemCommand({ TableName: 'user', Item }));
    client.destroy();
  }
  async function setBehindItsBack(key: string, value: string): Promise<void> {
    const url = `${server.endpoint}/cache/user?key=${key}&ttl_seconds=300`;
    const headers = { authorization: API_KEY };
    const answer = await fetch(url, { method: 'PUT', headers, body: value });
    assert.equal(answer.status, 204);
  }
  const tab = async (name: string): Promise<void> => {
    const { page } = opened;
    await page.goto('about:blank');
    await page.goto(`${server.endpoint}/_console/#/pipes/pipe/ddb2momento`);
    await page.getByRole('tab', { name }).click();
  };
  const button = (name: string) => opened.page.getByRole('button', { name, exact: true }).first();

  it('fills the target with what is in the table', async () => {
    const { page } = opened;
    await tab('Backfill and verify');
    await page.getByText('No backfill yet.').waitFor();
    await button('Start backfill').click();
    await page.getByText(`${String(ITEMS)} items read of about ${String(ITEMS)}`).waitFor();
    await page.getByText('Completed').first().waitFor();
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('refuses what cannot be, and says why', async () => {
    const { page } = opened;
    await tab('Backfill and verify');
    await page.getByLabel('Segments read side by side').fill('99');
    await button('Start backfill').click();
    await page.getByText('It did not work').waitFor();
    await page.getByText('32').last().waitFor();
  });

  it('cancels a backfill', async () => {
    const { page } = opened;
    await tab('Backfill and verify');
    await page.getByLabel('Items a second').fill('1');
    await button('Start backfill').click();
    await page.getByText('items read of about').waitFor();
    await button('Cancel').click();
    await page.getByText('Cancelled').first().waitFor();
  });

  it('finds what differs, as it is found, and mends it', async () => {
    const { page } = opened;
    await setBehindItsBack('001', 'changed');
    await setBehindItsBack('stray', 'nobody knows');
    await tab('Backfill and verify');
    await button('Verify').click();
    await page.getByText('Differences: 2').first().waitFor();
    const table = page.getByRole('table', { name: 'Differences' });
    await table.getByText('Stale').waitFor();
    await table.getByText('changed').waitFor();
    await table.getByText('Not in the table').waitFor();
    assert.deepEqual(await seriousViolations(page), []);
    await button('Repair what differs').click();
    await table.getByText('Stale (Repaired)').waitFor();
    await button('Verify').click();
    await page
      .getByText(`All of ${String(ITEMS)} items are in the target as in the table.`)
      .waitFor();
  });

  it('mends with a click what the definition probably gets wrong', async () => {
    const { page } = opened;
    const pipes = new PipesClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    const describePipe = () => pipes.send(new DescribePipeCommand({ Name: 'ddb2momento' }));
    const { RoleArn, TargetParameters } = await describePipe();
    await pipes.send(
      new UpdatePipeCommand({
        Name: 'ddb2momento',
        RoleArn,
        SourceParameters: { FilterCriteria: { Filters: [] } },
        TargetParameters: {
          ...TargetParameters,
          InputTemplate: TargetParameters!.InputTemplate!.replace(
            'NewImage.last_purchased',
            'NewImage.last_purchesed',
          ),
        },
      }),
    );
    await tab('Overview');
    await button('Use $.dynamodb.NewImage.last_purchased_at.S').click();
    await page.getByText('The pipe is changed').waitFor();
    await button('Delete at the target, too').click();
    await page.getByText('What you should look at').first().waitFor({ state: 'detached' });
    assert.deepEqual(await seriousViolations(page), []);
    const mended = await describePipe();
    assert.equal(mended.TargetParameters?.InputTemplate, TargetParameters!.InputTemplate);
    assert.equal(mended.Tags?.['freshet:on-remove'], 'DELETE');
    pipes.destroy();
  });

  it('gives the pipe as a template', async () => {
    const { page } = opened;
    await tab('Definition');
    const template = page.getByTestId('pipe-template');
    await template.getByText('AWS::Pipes::Pipe').waitFor();
    await page
      .getByText('Give these parameters when it is loaded: TargetConnectionApiKeyValue')
      .waitFor();
    const coming = page.waitForEvent('download');
    await button('Download').click();
    assert.equal((await coming).suggestedFilename(), 'ddb2momento.yaml');
    assert.ok(!((await template.textContent()) ?? '').includes(API_KEY));
    assert.deepEqual(await seriousViolations(page), []);
  });

  it('goes on watching when the server comes back', async () => {
    const { page } = opened;
    await tab('Live tail');
    await put(7, 'before');
    await page.getByRole('row').nth(1).getByText('{"id": "007"}').waitFor();
    await server.kill();
    await page.getByText('There is no answer from').waitFor();
    server = await startFreshet({ ...START, data, port: server.port });
    await put(8, 'after');
    await page.getByRole('row').nth(1).getByText('{"id": "008"}').waitFor();
    await page.getByText('There is no answer from').waitFor({ state: 'detached' });
  });

  it('shows nothing new while it is paused, and all of it when it goes on', async () => {
    const { page } = opened;
    await tab('Live tail');
    await button('Pause').click();
    await put(9, 'meanwhile');
    await page.waitForTimeout(600);
    assert.equal(await page.getByText('{"id": "009"}').count(), 0);
    await button('Go on').click();
    await page.getByText('{"id": "009"}').waitFor();
  });
});
