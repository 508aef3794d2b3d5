import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import {
  DeleteWebhook,
  ExpiresIn,
  AllDataReadWrite,
  GenerateApiKey,
  GetWebhookSecret,
  ListWebhooks,
  PostUrlWebhookDestination,
  PutWebhook,
  RotateWebhookSecret,
  type TopicClient,
} from '@gomomento/sdk';
import { startMomento, type RunningMomento } from '../../../src/server/momento.js';
import { authClient, keyCredentials, localCredentials, topicClient } from './clients.js';

interface Received {
  body: string;
  headers: NodeJS.Dict<string | string[]>;
}

describe("the official SDK's webhook methods", () => {
  let momento: RunningMomento;
  let client: TopicClient;
  let receiver: Server;
  let url: string;
  const received: Received[] = [];
  let heard: () => void = () => {};
  before(async () => {
    momento = await startMomento({ caches: ['c'] });
    client = topicClient(localCredentials(momento));
    receiver = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        response.writeHead(204).end();
        received.push({ body, headers: request.headers });
        heard();
      });
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook?a=b`;
  });
  after(async () => {
    await momento.close();
    receiver.closeAllConnections();
    receiver.close();
  });

  const put = (name: string, to = url): ReturnType<TopicClient['putWebhook']> =>
    client.putWebhook('c', name, {
      topicName: 't',
      destination: new PostUrlWebhookDestination(to),
    });

  it('put a webhook that gets what is published, signed with its secret', async () => {
    const made = await put('w');
    assert.ok(made instanceof PutWebhook.Success, made.toString());
    const arrived = new Promise<void>((resolve) => (heard = resolve));
    await client.publish('c', 't', 'a message');
    await arrived;
    const { body, headers } = received[0]!;
    const signature = createHmac('sha3-256', made.secretString()).update(body).digest('hex');
    assert.equal(headers['momento-signature'], signature);
    assert.equal((JSON.parse(body) as { text: string }).text, 'a message');
  });

  it('list it, give and rotate its secret, and delete it', async () => {
    const made = await put('w');
    assert.ok(made instanceof PutWebhook.Success);
    const listed = await client.listWebhooks('c');
    assert.ok(listed instanceof ListWebhooks.Success, listed.toString());
    assert.deepEqual(
      listed
        .getWebhooks()
        .map(({ id, topicName, destination }) => [id, topicName, destination.url()]),
      [[{ cacheName: 'c', webhookName: 'w' }, 't', url]],
    );
    const secret = await client.getWebhookSecret('c', 'w');
    assert.ok(secret instanceof GetWebhookSecret.Success, secret.toString());
    assert.equal(secret.secret(), made.secretString());
    assert.deepEqual([secret.cacheName(), secret.webhookName()], ['c', 'w']);
    const rotated = await client.rotateWebhookSecret('c', 'w');
    assert.ok(rotated instanceof RotateWebhookSecret.Success, rotated.toString());
    assert.notEqual(rotated.secret(), made.secretString());
    const deleted = await client.deleteWebhook('c', 'w');
    assert.ok(deleted instanceof DeleteWebhook.Success, deleted.toString());
    const gone = await client.getWebhookSecret('c', 'w');
    assert.ok(gone instanceof GetWebhookSecret.Error);
    assert.equal(gone.errorCode(), 'NOT_FOUND_ERROR');
  });

  it('are refused for what is no URL, for absent caches, and with keys for data', async () => {
    const wrong = await put('w', 'someurl.com');
    assert.ok(wrong instanceof PutWebhook.Error);
    assert.equal(wrong.errorCode(), 'INVALID_ARGUMENT_ERROR');
    const absent = await client.listWebhooks('absent');
    assert.ok(absent instanceof ListWebhooks.Error);
    assert.equal(absent.errorCode(), 'NOT_FOUND_ERROR');
    const key = await authClient(localCredentials(momento)).generateApiKey(
      AllDataReadWrite,
      ExpiresIn.minutes(1),
    );
    assert.ok(key instanceof GenerateApiKey.Success);
    const limited = await topicClient(keyCredentials(momento, key.apiKey)).listWebhooks('c');
    assert.ok(limited instanceof ListWebhooks.Error);
    assert.equal(limited.errorCode(), 'PERMISSION_ERROR');
  });
});
