import { readFileSync } from 'node:fs';
import type { Log } from '../../src/lib/log.js';
import {
  deployTemplate,
  parseDynamicValues,
  type StackResult,
  type StackStore,
} from '../../src/templates/index.js';
import { RecordingApi } from './recording-api.js';

export const SCOPE = { region: 'us-east-1', accountId: '000000000000' };

/** Stacks in memory. */
export class MemoryStacks implements StackStore {
  readonly texts = new Map<string, string>();
  writes = 0;

  async get(name: string): Promise<string | undefined> {
    return this.texts.get(name);
  }
  async set(name: string, json: string): Promise<void> {
    this.writes += 1;
    this.texts.set(name, json);
  }
}

/** A server whose starts follow each other: what was made and what is remembered stays. */
export class Server {
  api = new RecordingApi();
  readonly stacks = new MemoryStacks();
  /** All that was logged. */
  readonly logged: string[] = [];

  /** Starts with a template. */
  async start(
    text: string,
    parameters: Record<string, string> = {},
    dynamicValues?: string,
  ): Promise<StackResult> {
    const write = (message: string, fields?: object): void =>
      void this.logged.push(`${message} ${JSON.stringify(fields)}`);
    const log: Log = { debug: write, info: write, warn: write, error: write };
    return deployTemplate({
      text,
      fileName: 'template.yaml',
      stackName: 'shop',
      parameters,
      ...(dynamicValues !== undefined && {
        dynamicValues: parseDynamicValues(dynamicValues, 'values.yaml'),
      }),
      provider: this.api,
      stacks: this.stacks,
      scope: SCOPE,
      log,
      settleMs: 500,
    });
  }
}

/** Rows of a data file of this room. */
export function vectors<T>(name: string): T[] {
  const file = new URL(`../vectors/templates/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as T[];
}

export function example(path: string): string {
  return readFileSync(new URL(`../../examples/${path}`, import.meta.url), 'utf8');
}
