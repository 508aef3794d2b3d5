import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventBridgeControl, PipesControl } from '../../src/control/index.js';
import { openDynamoDb } from '../../src/dynamodb/index.js';
import type { Clock } from '../../src/lib/clock.js';
import { silentLog } from '../../src/lib/log.js';
import { openState, type PipeCurrentState, type State } from '../../src/state/index.js';

export const SCOPE = { region: 'us-east-1', accountId: '000000000000' };
export const STREAM_ARN =
  'arn:aws:dynamodb:us-east-1:000000000000:table/users/stream/2026-01-01T00:00:00.000';
export const ROLE_ARN = 'arn:aws:iam::000000000000:role/pipe';
export const API_KEY = { ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'the secret' } };

type Answer = Record<string, unknown>;

/** The control plane on a state in embedded tables, with a clock of its own. */
export class ControlPlane {
  readonly state: State;
  readonly clock: Clock & { ms: number };
  readonly #events: EventBridgeControl;
  readonly #pipes: PipesControl;
  readonly #close: () => Promise<void>;
  /** Answers of the token endpoint, by connection name; one that is missing never comes. */
  readonly tokens = new Map<string, Promise<string | undefined>>();
  /** Stream ARNs that are gone. */
  readonly goneSources = new Set<string>();

  private constructor(state: State, clock: Clock & { ms: number }, close: () => Promise<void>) {
    this.state = state;
    this.clock = clock;
    this.#close = close;
    this.#events = this.newEvents(state.secrets);
    this.#pipes = new PipesControl({
      state,
      scope: SCOPE,
      clock,
      sourceExists: async (arn) => !this.goneSources.has(arn),
    });
  }

  static async open(): Promise<ControlPlane> {
    const path = await mkdtemp(join(tmpdir(), 'freshet-control-'));
    const clock = {
      ms: 1_700_000_000_500,
      now: () => clock.ms,
      monotonic: () => performance.now(),
    };
    const operations = await openDynamoDb({ ...SCOPE, path, durability: 'relaxed' });
    const state = await openState({ operations, secretKey: randomBytes(32), clock });
    return new ControlPlane(state, clock, async () => {
      await operations.close();
      await rm(path, { recursive: true, force: true });
    });
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** As after a restart of the server, perhaps with another key. */
  newEvents(secrets: State['secrets']): EventBridgeControl {
    const { connections, apiDestinations } = this.state;
    return new EventBridgeControl({
      state: { connections, apiDestinations, secrets },
      scope: SCOPE,
      clock: this.clock,
      log: silentLog,
      allowHttp: (url) => url.hostname === '127.0.0.1',
      authorize: (name) => this.tokens.get(name) ?? new Promise(() => undefined),
    });
  }

  events(operation: string, input: unknown): Promise<Answer> {
    return this.#events.invoke(operation, input);
  }

  pipes(operation: string, input: unknown): Promise<Answer> {
    return this.#pipes.invoke(operation, input);
  }

  /** Creates a connection with an API key; resolves to its ARN. */
  async connection(Name: string, more: object = {}): Promise<string> {
    const made = await this.events('CreateConnection', {
      Name,
      AuthorizationType: 'API_KEY',
      AuthParameters: API_KEY,
      ...more,
    });
    return made['ConnectionArn'] as string;
  }

  /** Creates an API destination; resolves to its ARN. */
  async destination(Name: string, ConnectionArn: string, more: object = {}): Promise<string> {
    const made = await this.events('CreateApiDestination', {
      Name,
      ConnectionArn,
      InvocationEndpoint: 'https://api.example.com/users/*',
      HttpMethod: 'PUT',
      ...more,
    });
    return made['ApiDestinationArn'] as string;
  }

  /** Creates a pipe. */
  pipe(Name: string, Target: string, more: object = {}): Promise<Answer> {
    return this.pipes('CreatePipe', {
      Name,
      Source: STREAM_ARN,
      SourceParameters: { DynamoDBStreamParameters: { StartingPosition: 'LATEST' } },
      Target,
      RoleArn: ROLE_ARN,
      ...more,
    });
  }

  /** Does what the supervisor does at the end. */
  async settle(name: string, currentState: PipeCurrentState): Promise<void> {
    await this.state.pipes.update(name, (pipe) => ({ ...pipe, currentState }));
  }
}
