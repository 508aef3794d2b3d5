import { randomInt, randomUUID } from 'node:crypto';
import { makeArn } from '../lib/arn.js';
import { AwsError } from '../lib/aws-error.js';
import type { ConnectionResource } from '../state/index.js';
import {
  AUTHORIZATION_TYPES,
  checkAuthParameters,
  mergeAuthParameters,
  misfit,
  publicAuthParameters,
} from './auth-parameters.js';
import { Checker, requestMembers, type Members } from './checker.js';
import { checkList, DESCRIPTION, epochSeconds, NAME, notFound } from './event-bridge-common.js';
import type { EventBridgeOptions } from './event-bridge.js';
import { pageOf } from './page.js';

const SUFFIX_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const STATES = [
  'CREATING',
  'UPDATING',
  'DELETING',
  'AUTHORIZED',
  'DEAUTHORIZED',
  'AUTHORIZING',
  'DEAUTHORIZING',
  'ACTIVE',
  'FAILED_CONNECTIVITY',
];

/** EventBridge connections: what a destination authenticates with. */
export class Connections {
  readonly #options: EventBridgeOptions;

  constructor(options: EventBridgeOptions) {
    this.#options = options;
  }

  async create(input: unknown): Promise<Members> {
    const members = requestMembers(input);
    const checker = new Checker();
    const name = checker.string(members, 'Name', 'name', { required: true, ...NAME });
    const description = checker.string(members, 'Description', 'description', DESCRIPTION);
    const type = checker.string(members, 'AuthorizationType', 'authorizationType', {
      required: true,
      values: AUTHORIZATION_TYPES,
    });
    const parameters = checkAuthParameters(checker, members, true);
    checker.finish();
    const { state, scope, clock } = this.#options;
    const now = clock.now();
    const connection: ConnectionResource = {
      name: name!,
      arn: makeArn(scope, 'events', `connection/${name!}/${randomUUID()}`),
      secretArn: makeArn(
        scope,
        'secretsmanager',
        `secret:events!connection/${name!}/${randomUUID()}-${suffix()}`,
      ),
      ...(description !== undefined && { description }),
      ...this.#authorization(type as ConnectionResource['authorizationType'], parameters!),
      creationTime: now,
      lastModifiedTime: now,
      lastAuthorizedTime: now,
    };
    if (!(await state.connections.create(connection)))
      throw new AwsError('ResourceAlreadyExistsException', `Connection ${name!} already exists.`);
    this.#authorizeLater(connection);
    return summary(connection, ['CreationTime', 'LastModifiedTime']);
  }

  async update(input: unknown): Promise<Members> {
    const members = requestMembers(input);
    const checker = new Checker();
    const name = checker.string(members, 'Name', 'name', { required: true, ...NAME });
    const description = checker.string(members, 'Description', 'description', DESCRIPTION);
    const type = checker.string(members, 'AuthorizationType', 'authorizationType', {
      values: AUTHORIZATION_TYPES,
    });
    const update = checkAuthParameters(checker, members, false);
    checker.finish();
    const { state, clock } = this.#options;
    const updated = await state.connections.update(name!, (connection) => {
      const authorizationType = (type ??
        connection.authorizationType) as ConnectionResource['authorizationType'];
      const before = connection.sealedAuthParameters
        ? (JSON.parse(state.secrets.open(connection.sealedAuthParameters)) as Members)
        : {};
      const { stateReason: _old, ...rest } = connection;
      const now = clock.now();
      const changed: ConnectionResource = {
        ...rest,
        ...(description !== undefined && { description }),
        ...(update || type
          ? this.#authorization(
              authorizationType,
              mergeAuthParameters(before, update ?? {}, authorizationType),
            )
          : {}),
        lastModifiedTime: now,
        lastAuthorizedTime: now,
      };
      return changed;
    });
    if (!updated) throw notFound('connection', name!, 'update');
    this.#authorizeLater(updated);
    return summary(updated, ['CreationTime', 'LastModifiedTime', 'LastAuthorizedTime']);
  }

  async describe(input: unknown): Promise<Members> {
    const connection = await this.#named(input, 'describe');
    return {
      ...listed(connection),
      ...(connection.description !== undefined && { Description: connection.description }),
      SecretArn: connection.secretArn,
      AuthParameters: connection.publicAuthParameters,
    };
  }

  async list(input: unknown): Promise<Members> {
    const members = requestMembers(input);
    const checker = new Checker();
    const { limit, nextToken, namePrefix } = checkList(checker, members);
    const wanted = checker.string(members, 'ConnectionState', 'connectionState', {
      values: STATES,
    });
    checker.finish();
    const { state, clock } = this.#options;
    const page = await pageOf({
      list: (options) => state.connections.list(options),
      prefix: namePrefix,
      keep: (connection) => wanted === undefined || connection.state === wanted,
      limit,
      nextToken,
      query: ['connections', namePrefix, wanted],
      now: clock.now(),
    });
    return {
      Connections: page.resources.map(listed),
      ...(page.nextToken !== undefined && { NextToken: page.nextToken }),
    };
  }

  async delete(input: unknown): Promise<Members> {
    const connection = await this.#named(input, 'delete');
    await this.#options.state.connections.delete(connection.name);
    return summary({ ...connection, state: 'DELETING' }, [
      'CreationTime',
      'LastModifiedTime',
      'LastAuthorizedTime',
    ]);
  }

  /** Forgets the secrets; the connection can be updated with new ones (documented). */
  async deauthorize(input: unknown): Promise<Members> {
    const { name } = await this.#named(input, 'deauthorize');
    const { state, clock } = this.#options;
    const connection = await state.connections.update(
      name,
      ({ sealedAuthParameters: _forgotten, ...rest }) => ({
        ...rest,
        state: 'DEAUTHORIZED',
        publicAuthParameters: {},
        lastModifiedTime: clock.now(),
      }),
    );
    if (!connection) throw notFound('connection', name, 'deauthorize');
    return summary({ ...connection, state: 'DEAUTHORIZING' }, [
      'CreationTime',
      'LastModifiedTime',
      'LastAuthorizedTime',
    ]);
  }

  async #named(input: unknown, verb: string): Promise<ConnectionResource> {
    const members = requestMembers(input);
    const checker = new Checker();
    const name = checker.string(members, 'Name', 'name', { required: true, ...NAME });
    checker.finish();
    const connection = await this.#options.state.connections.get(name!);
    if (!connection) throw notFound('connection', name!, verb);
    return connection;
  }

  #authorization(
    type: ConnectionResource['authorizationType'],
    parameters: Members,
  ): Pick<
    ConnectionResource,
    'state' | 'authorizationType' | 'publicAuthParameters' | 'sealedAuthParameters'
  > {
    const problem = misfit(type, parameters);
    if (problem !== undefined) throw new AwsError('ValidationException', problem);
    return {
      state: type === 'OAUTH_CLIENT_CREDENTIALS' ? 'AUTHORIZING' : 'AUTHORIZED',
      authorizationType: type,
      publicAuthParameters: publicAuthParameters(parameters),
      sealedAuthParameters: this.#options.state.secrets.seal(JSON.stringify(parameters)),
    };
  }

  /** An OAuth connection is tried in the background: AUTHORIZING becomes AUTHORIZED, or DEAUTHORIZED with its reason. */
  #authorizeLater({ name, arn, state: current }: ConnectionResource): void {
    if (current !== 'AUTHORIZING') return;
    const { state, authorize, log } = this.#options;
    void (async () => {
      const failure = await authorize(name);
      await state.connections.update(name, (connection) => {
        if (connection.arn !== arn || connection.state !== 'AUTHORIZING') return undefined;
        return failure === undefined
          ? { ...connection, state: 'AUTHORIZED' }
          : { ...connection, state: 'DEAUTHORIZED', stateReason: failure.slice(0, 512) };
      });
    })().catch((error: unknown) =>
      log.error('An OAuth connection cannot be authorized', { name, error }),
    );
  }
}

type TimeName = 'CreationTime' | 'LastModifiedTime' | 'LastAuthorizedTime';

function times(connection: ConnectionResource, names: readonly TimeName[]): Members {
  const all = {
    CreationTime: connection.creationTime,
    LastModifiedTime: connection.lastModifiedTime,
    LastAuthorizedTime: connection.lastAuthorizedTime,
  };
  return Object.fromEntries(
    names.filter((name) => all[name] !== undefined).map((name) => [name, epochSeconds(all[name]!)]),
  );
}

function summary(connection: ConnectionResource, names: readonly TimeName[]): Members {
  return {
    ConnectionArn: connection.arn,
    ConnectionState: connection.state,
    ...times(connection, names),
  };
}

function listed(connection: ConnectionResource): Members {
  return {
    ConnectionArn: connection.arn,
    Name: connection.name,
    ConnectionState: connection.state,
    ...(connection.stateReason !== undefined && { StateReason: connection.stateReason }),
    AuthorizationType: connection.authorizationType,
    ...times(connection, ['CreationTime', 'LastModifiedTime', 'LastAuthorizedTime']),
  };
}

/** The six characters that Secrets Manager puts behind a secret's name. */
function suffix(): string {
  return Array.from({ length: 6 }, () => SUFFIX_ALPHABET[randomInt(SUFFIX_ALPHABET.length)]).join(
    '',
  );
}
