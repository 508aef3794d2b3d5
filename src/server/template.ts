import { readFileSync } from 'node:fs';
import { basename, dirname, extname, resolve } from 'node:path';
import type { Log } from '../lib/log.js';
import type { EventBridgeControl, PipesControl } from '../control/index.js';
import type { DynamoDb } from '../dynamodb/index.js';
import type { LogGroups } from '../logs/index.js';
import type { Caches } from '../momento/index.js';
import type { Queues } from '../sqs/index.js';
import type { State } from '../state/index.js';
import { deployTemplate, parseDynamicValues } from '../templates/index.js';
import type { ServerConfig } from './config.js';
import { StartError } from './start-error.js';

const STACK_SETTING = 'stack:';

/**
 * Brings the template of the configuration up, if there is one. Returns what its author should know, one
 * line each. Throws a StartError or the template's own error when it cannot be read or brought up.
 */
export async function bringUpTemplate(
  config: ServerConfig,
  rooms: {
    db: DynamoDb;
    state: State;
    store: Caches;
    events: EventBridgeControl;
    pipes: PipesControl;
    queues: Queues;
    logs: LogGroups;
    endpoint: string;
    apiKey: string;
    log: Log;
  },
): Promise<string[]> {
  const { template: file } = config;
  if (file === undefined) return [];
  const { db, state, store, events, pipes, queues, logs, endpoint, apiKey, log } = rooms;
  const { signal } = new AbortController(); // nobody goes away
  const result = await deployTemplate({
    text: read(file, 'The template'),
    fileName: file,
    stackName: stackNameOf(file),
    parameters: config.parameters,
    ...(config.dynamicReferences !== undefined && {
      dynamicValues: readDynamicValues(config.dynamicReferences),
    }),
    scope: config,
    log,
    stacks: {
      get: (name) => state.settings.get(STACK_SETTING + name),
      set: (name, json) => state.settings.set(STACK_SETTING + name, json),
    },
    provider: {
      dynamodb: async (operation, input) => JSON.parse(await db.invoke(operation, input)) as object,
      events: (operation, input) => events.invoke(operation, input),
      pipes: (operation, input) => pipes.invoke(operation, input),
      sqs: (operation, input) => queues.invoke(operation, input, { origin: endpoint, signal }),
      logs: (operation, input) => logs.invoke(operation, input),
      createCache: (name) => store.createCache(name),
      cacheEndpoint: endpoint,
      cacheApiKey: apiKey,
    },
  });
  return result.notes;
}

function readDynamicValues(file: string): ReturnType<typeof parseDynamicValues> {
  const text = read(file, 'The file of dynamic references');
  try {
    return parseDynamicValues(text, file);
  } catch (error) {
    throw new StartError((error as Error).message);
  }
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartError(`${what} ${file} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * A stack has the name of its file, or of the folder when the file is just `template`, as examples are. Stack
 * names hold letters, digits and hyphens and start with a letter (CloudFormation).
 */
function stackNameOf(file: string): string {
  const own = basename(file, extname(file));
  const name = own === 'template' ? basename(dirname(resolve(file))) : own;
  const clean = name.replace(/[^A-Za-z0-9]+/g, '-').replace(/^[^A-Za-z]+|-+$/g, '');
  return clean === '' ? 'freshet' : clean;
}
