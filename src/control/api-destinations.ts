import { randomUUID } from 'node:crypto';
import { makeArn } from '../lib/arn.js';
import { AwsError } from '../lib/aws-error.js';
import type { ApiDestinationResource, ConnectionResource } from '../state/index.js';
import { Checker, given, requestMembers, type Members } from './checker.js';
import { checkEndpoint, ENDPOINT } from './endpoint.js';
import {
  checkList,
  checkQuota,
  DESCRIPTION,
  epochSeconds,
  NAME,
  notFound,
} from './event-bridge-common.js';
import type { EventBridgeOptions } from './event-bridge.js';
import { pageOf } from './page.js';

/** Invocations per second when the caller does not say (recorded). */
const DEFAULT_RATE = 300;
/** In the order in which the message names them (recorded). */
const HTTP_METHODS = ['HEAD', 'POST', 'PATCH', 'DELETE', 'PUT', 'GET', 'OPTIONS'];
const CONNECTION_ARN = {
  min: 1,
  max: 1600,
  pattern:
    '^arn:aws([a-z]|\\-)*:events:([a-z]|\\d|\\-)*:([0-9]{12})?:connection\\/[\\.\\-_A-Za-z0-9]+\\/[\\-A-Za-z0-9]+$',
};

interface Checked {
  name: string;
  description: string | undefined;
  connectionArn: string | undefined;
  invocationEndpoint: string | undefined;
  httpMethod: ApiDestinationResource['httpMethod'] | undefined;
  invocationRateLimitPerSecond: number | undefined;
}

/** EventBridge API destinations: where pipes send their requests. */
export class ApiDestinations {
  readonly #options: EventBridgeOptions;

  constructor(options: EventBridgeOptions) {
    this.#options = options;
  }

  async create(input: unknown): Promise<Members> {
    const checked = this.#check(input, true);
    const { state, scope, clock } = this.#options;
    const connection = await this.#connection(checked.connectionArn!);
    const now = clock.now();
    const destination: ApiDestinationResource = {
      name: checked.name,
      arn: makeArn(scope, 'events', `api-destination/${checked.name}/${randomUUID()}`),
      ...(checked.description !== undefined && { description: checked.description }),
      connectionArn: checked.connectionArn!,
      invocationEndpoint: checked.invocationEndpoint!,
      httpMethod: checked.httpMethod!,
      invocationRateLimitPerSecond: checked.invocationRateLimitPerSecond ?? DEFAULT_RATE,
      creationTime: now,
      lastModifiedTime: now,
    };
    await checkQuota(state.apiDestinations);
    if (!(await state.apiDestinations.create(destination)))
      throw new AwsError(
        'ResourceAlreadyExistsException',
        `An api-destination '${checked.name}' already exists.`,
      );
    return summary(destination, connection);
  }

  async update(input: unknown): Promise<Members> {
    const { name, ...checked } = this.#check(input, false);
    const { state, clock } = this.#options;
    if (checked.connectionArn !== undefined) await this.#connection(checked.connectionArn);
    const destination = await state.apiDestinations.update(name, (before) => ({
      ...before,
      ...given(checked),
      lastModifiedTime: clock.now(),
    }));
    if (!destination) throw notFound('api-destination', name, 'update');
    return summary(destination, await this.#connectionOf(destination));
  }

  async describe(input: unknown): Promise<Members> {
    const destination = await this.#named(input, 'describe');
    const connection = await this.#connectionOf(destination);
    const { description } = destination;
    return {
      ...listed(destination, connection),
      ...(description !== undefined && { Description: description }),
    };
  }

  async list(input: unknown): Promise<Members> {
    const members = requestMembers(input);
    const checker = new Checker();
    const { limit, nextToken, namePrefix } = checkList(checker, members);
    const connectionArn = checker.string(members, 'ConnectionArn', 'connectionArn', CONNECTION_ARN);
    checker.finish();
    const { state, clock } = this.#options;
    const page = await pageOf({
      list: (options) => state.apiDestinations.list(options),
      prefix: namePrefix,
      keep: (destination) =>
        connectionArn === undefined || destination.connectionArn === connectionArn,
      limit,
      nextToken,
      query: ['apiDestinations', namePrefix, connectionArn],
      now: clock.now(),
      refusal: (message) => new AwsError('ValidationException', message),
    });
    const all = await Promise.all(
      page.resources.map(async (one) => listed(one, await this.#connectionOf(one))),
    );
    return {
      ApiDestinations: all,
      ...(page.nextToken !== undefined && { NextToken: page.nextToken }),
    };
  }

  async delete(input: unknown): Promise<Members> {
    const { name } = await this.#named(input, 'delete');
    await this.#options.state.apiDestinations.delete(name);
    return {};
  }

  #check(input: unknown, required: boolean): Checked {
    const members = requestMembers(input);
    const checker = new Checker();
    const name = checker.string(members, 'Name', 'name', { required: true, ...NAME });
    const description = checker.string(members, 'Description', 'description', DESCRIPTION);
    const connectionArn = checker.string(members, 'ConnectionArn', 'connectionArn', {
      required,
      ...CONNECTION_ARN,
    });
    const invocationEndpoint = checker.string(members, 'InvocationEndpoint', 'invocationEndpoint', {
      required,
      ...ENDPOINT,
    });
    const httpMethod = checker.string(members, 'HttpMethod', 'httpMethod', {
      required,
      values: HTTP_METHODS,
    });
    const rate = checker.integer(
      members,
      'InvocationRateLimitPerSecond',
      'invocationRateLimitPerSecond',
      { min: 1 },
    );
    checker.finish();
    if (invocationEndpoint !== undefined)
      checkEndpoint('InvocationEndpoint', invocationEndpoint, this.#options.allowHttp);
    return {
      name: name!,
      description,
      connectionArn,
      invocationEndpoint,
      httpMethod: httpMethod as Checked['httpMethod'],
      invocationRateLimitPerSecond: rate,
    };
  }

  async #named(input: unknown, verb: string): Promise<ApiDestinationResource> {
    const members = requestMembers(input);
    const checker = new Checker();
    const name = checker.string(members, 'Name', 'name', { required: true, ...NAME });
    checker.finish();
    const destination = await this.#options.state.apiDestinations.get(name!);
    if (!destination) throw notFound('api-destination', name!, verb);
    return destination;
  }

  async #connection(arn: string): Promise<ConnectionResource> {
    const name = connectionName(arn);
    const connection = await this.#options.state.connections.get(name);
    if (connection?.arn !== arn)
      throw new AwsError('ResourceNotFoundException', `Connection '${arn}' does not exist.`);
    return connection;
  }

  async #connectionOf({
    connectionArn,
  }: ApiDestinationResource): Promise<ConnectionResource | undefined> {
    const connection = await this.#options.state.connections.get(connectionName(connectionArn));
    return connection?.arn === connectionArn ? connection : undefined;
  }
}

function connectionName(arn: string): string {
  return arn.split('/')[1] ?? '';
}

/** A destination is active while its connection is authorized (recorded). */
function stateOf(connection: ConnectionResource | undefined): 'ACTIVE' | 'INACTIVE' {
  return connection?.state === 'AUTHORIZED' ? 'ACTIVE' : 'INACTIVE';
}

function summary(
  destination: ApiDestinationResource,
  connection: ConnectionResource | undefined,
): Members {
  return {
    ApiDestinationArn: destination.arn,
    ApiDestinationState: stateOf(connection),
    CreationTime: epochSeconds(destination.creationTime),
    LastModifiedTime: epochSeconds(destination.lastModifiedTime),
  };
}

function listed(
  destination: ApiDestinationResource,
  connection: ConnectionResource | undefined,
): Members {
  return {
    ...summary(destination, connection),
    Name: destination.name,
    ConnectionArn: destination.connectionArn,
    InvocationEndpoint: destination.invocationEndpoint,
    HttpMethod: destination.httpMethod,
    InvocationRateLimitPerSecond: destination.invocationRateLimitPerSecond,
  };
}
