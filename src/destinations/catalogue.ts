import { parseArn } from '../lib/arn.js';
import type { Clock } from '../lib/clock.js';
import type { State } from '../state/index.js';
import { openConnection } from './connection.js';
import type { OpenConnection } from './connection.js';
import { compileDestination } from './destination.js';
import type { Destination } from './destination.js';
import { TokenSource } from './token-source.js';
import type { Token } from './token-request.js';

/** A compiled destination, or why there is none to send to. */
export type Loaded = Destination | Unavailable;

export interface Unavailable {
  /** For people. */
  unavailable: string;
  /** There is no such destination at all, and with its UUID there never will be again. */
  missing: boolean;
}

/** The part of the state that destinations read. */
export type DestinationState = Pick<State, 'connections' | 'apiDestinations' | 'secrets'>;

/** Reads API destinations with their connections from the state, and keeps the connections' tokens. */
export class Catalogue {
  readonly #state: DestinationState;
  readonly #clock: Clock;
  readonly #fetchToken: (connection: OpenConnection) => Promise<Token | string>;
  /** By connection name; destinations of one connection share its token, for as long as it stays the same. */
  readonly #tokens = new Map<string, { source: TokenSource; parameters: string }>();

  constructor(
    state: DestinationState,
    clock: Clock,
    fetchToken: (connection: OpenConnection) => Promise<Token | string>,
  ) {
    this.#state = state;
    this.#clock = clock;
    this.#fetchToken = fetchToken;
  }

  /** Name and UUID of the ARN must both match: a destination that was made anew is another one. */
  async load(arn: string): Promise<Loaded> {
    const name = resourceName(arn, 'api-destination');
    const resource = name === undefined ? undefined : await this.#state.apiDestinations.get(name);
    if (resource?.arn !== arn)
      return {
        unavailable: `there is no API destination ${arn}; create it, or point the pipe to one that exists`,
        missing: true,
      };
    const connectionName = resourceName(resource.connectionArn, 'connection');
    const stored =
      connectionName === undefined ? undefined : await this.#state.connections.get(connectionName);
    if (stored?.arn !== resource.connectionArn)
      return unavailable(
        `API destination "${resource.name}" is inactive: its connection ${resource.connectionArn} does not exist; update it with another connection`,
      );
    if (stored.state !== 'AUTHORIZED')
      return unavailable(
        `API destination "${resource.name}" is inactive: its connection "${stored.name}" is ${stored.state}; update the connection with valid credentials`,
      );
    const connection = this.#open(stored);
    if (connection === undefined)
      return unavailable(
        `the secrets of connection "${stored.name}" cannot be opened with the key in the data folder; restore the key, or update the connection with its credentials`,
      );
    const compiled = compileDestination(resource, connection, this.#tokensOf(connection));
    return typeof compiled === 'string' ? unavailable(compiled) : compiled;
  }

  /** Opens a connection by name whatever its state; undefined when there is none that can be opened. */
  async connection(name: string): Promise<OpenConnection | undefined> {
    const stored = await this.#state.connections.get(name);
    return stored && this.#open(stored);
  }

  /** The connection changed: its token is not used again. */
  dropToken(connectionName: string): void {
    this.#tokens.delete(connectionName);
  }

  #open(stored: Parameters<typeof openConnection>[0]): OpenConnection | undefined {
    try {
      return openConnection(stored, this.#state.secrets);
    } catch {
      // The error's text may hold parts of the secret; that it does not open is all there is to say.
      return undefined;
    }
  }

  #tokensOf(connection: OpenConnection): TokenSource | undefined {
    if (connection.authorizationType !== 'OAUTH_CLIENT_CREDENTIALS') return undefined;
    const parameters = JSON.stringify(connection.oauth);
    const known = this.#tokens.get(connection.name);
    if (known?.parameters === parameters) return known.source;
    const source = new TokenSource(() => this.#fetchToken(connection), this.#clock);
    this.#tokens.set(connection.name, { source, parameters });
    return source;
  }
}

/** The name in `…:<kind>/<name>/<uuid>`; undefined when the ARN is of another kind. */
export function resourceName(arn: string, kind: string): string | undefined {
  const [found, name, uuid] = parseArn(arn)?.resource.split('/') ?? [];
  return found === kind && uuid !== undefined ? name : undefined;
}

function unavailable(reason: string): Unavailable {
  return { unavailable: reason, missing: false };
}
