import type { Scope } from '../lib/arn.js';
import { AwsError } from '../lib/aws-error.js';
import type { Clock } from '../lib/clock.js';
import type { Log } from '../lib/log.js';
import type { State } from '../state/index.js';
import { ApiDestinations } from './api-destinations.js';
import type { Members } from './checker.js';
import { Connections } from './connections.js';
import { testEventPattern } from './test-event-pattern.js';

export interface EventBridgeOptions {
  state: Pick<State, 'connections' | 'apiDestinations' | 'secrets'>;
  scope: Scope;
  clock: Clock;
  log: Log;
  /** Whether a destination may have this http endpoint; https always may. */
  allowHttp: (url: URL) => boolean;
  /** Asks an OAuth connection's endpoint for a token: undefined when it gave one, else why not. */
  authorize: (connectionName: string) => Promise<string | undefined>;
}

type Operation = (input: unknown) => Promise<Members>;

/** EventBridge's operations on connections and API destinations (JSON 1.1). */
export class EventBridgeControl {
  readonly #operations: ReadonlyMap<string, Operation>;
  readonly #connections: Connections;

  constructor(options: EventBridgeOptions) {
    const connections = new Connections(options);
    this.#connections = connections;
    const destinations = new ApiDestinations(options);
    this.#operations = new Map<string, Operation>([
      ['CreateConnection', (input) => connections.create(input)],
      ['UpdateConnection', (input) => connections.update(input)],
      ['DescribeConnection', (input) => connections.describe(input)],
      ['ListConnections', (input) => connections.list(input)],
      ['DeauthorizeConnection', (input) => connections.deauthorize(input)],
      ['DeleteConnection', (input) => connections.delete(input)],
      ['CreateApiDestination', (input) => destinations.create(input)],
      ['UpdateApiDestination', (input) => destinations.update(input)],
      ['DescribeApiDestination', (input) => destinations.describe(input)],
      ['ListApiDestinations', (input) => destinations.list(input)],
      ['DeleteApiDestination', (input) => destinations.delete(input)],
      ['TestEventPattern', (input) => Promise.resolve(testEventPattern(input))],
    ]);
  }

  /** To be called once at the start: goes on with what a stop of the server has interrupted. */
  resume(): Promise<void> {
    return this.#connections.resume();
  }

  /** Runs one operation on its parsed input; rejects with the AwsError that the client is to see. */
  async invoke(operation: string, input: unknown): Promise<Members> {
    const run = this.#operations.get(operation);
    if (!run)
      throw new AwsError(
        'UnknownOperationException',
        `EventBridge's ${operation} is not supported; docs/compatibility.md lists what is.`,
      );
    return run(input);
  }
}
