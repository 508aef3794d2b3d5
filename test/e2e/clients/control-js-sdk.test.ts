import { after, before, describe, it } from 'node:test';
import * as events from '@aws-sdk/client-eventbridge';
import * as pipes from '@aws-sdk/client-pipes';
import {
  makeSource,
  playScenario,
  type Outcome,
  type Step,
} from '../../support/control-scenario.js';
import { startFreshet, type FreshetProcess } from '../../support/freshet.js';

interface Client {
  send(command: unknown): Promise<Record<string, unknown>>;
  destroy(): void;
}

describe('Pipes, connections and API destinations with the JavaScript SDK', () => {
  let server: FreshetProcess;
  let clients: Record<Step['service'], Client>;
  before(async () => {
    server = await startFreshet();
    const config = {
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    };
    clients = {
      events: new events.EventBridgeClient(config),
      pipes: new pipes.PipesClient(config),
    };
  });
  after(async () => {
    for (const client of Object.values(clients)) client.destroy();
    await server.stop();
  });

  it('take every operation, and refuse in the words of the service', async () => {
    await playScenario(await makeSource(server.endpoint), send);
  });

  async function send({ service, operation, input }: Step): Promise<Outcome> {
    const commands = { events, pipes }[service] as unknown as Record<
      string,
      new (input: unknown) => unknown
    >;
    try {
      return { answer: await clients[service].send(new commands[`${operation}Command`]!(input)) };
    } catch (error) {
      if (!(
        error instanceof events.EventBridgeServiceException ||
        error instanceof pipes.PipesServiceException
      ))
        throw error;
      const { name: code, message, $metadata } = error;
      return { error: { code, message, status: $metadata.httpStatusCode!, members: error } };
    }
  }
});
