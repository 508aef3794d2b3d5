import { randomInt, randomUUID } from 'node:crypto';
import { makeArn } from '../lib/arn.js';
import { AwsError } from '../lib/aws-error.js';
import type { ConnectionResource } from '../state/index.js';
import {
  AUTHORIZATION_TYPES,
  mergeAuthParameters,
  misfit,
  publicAuthParameters,
  readAuthParameters,
  refusePrivateConnectivity,
} from './auth-parameters.js';
import { Checker, given, requestMembers, type Members } from './checker.js';
import { connectionSummary, listedConnection } from './connection-view.js';
import { checkEndpoint } from './endpoint.js';
import {
  checkList,
  checkQuota,
  DESCRIPTION,
  KMS_KEY,
  NAME,
  notFound,
} from './event-bridge-common.js';
import type { EventBridgeOptions } from './event-bridge.js';
import { pageOf } from './page.js';

/** What Secrets Manager, where AWS keeps AuthParameters, takes (documented quota). */
const MAX_SECRET_BYTES = 65_536;
/** Of StateReason (service model). */
const MAX_REASON = 512;
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
    const parameters = readAuthParameters(checker, members, true);
    const kmsKeyIdentifier = checker.string(
      members,
      'KmsKeyIdentifier',
      'kmsKeyIdentifier',
      KMS_KEY,
    );
    checker.finish();
    refusePrivateConnectivity(members, 'InvocationConnectivityParameters');
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
      ...given({ description, kmsKeyIdentifier }),
      ...this.#authorization(type as ConnectionResource['authorizationType'], parameters!),
      creationTime: now,
      lastModifiedTime: now,
      lastAuthorizedTime: now,
    };
    await checkQuota(state.connections);
    if (!(await state.connections.create(connection)))
      throw new AwsError('ResourceAlreadyExistsException', `Connection ${name!} already exists.`);
    this.#authorizeLater(connection);
    return connectionSummary(connection, ['CreationTime', 'LastModifiedTime']);
  }

  async update(input: unknown): Promise<Members> {
    const members = requestMembers(input);
    const checker = new Checker();
    const name = checker.string(members, 'Name', 'name', { required: true, ...NAME });
    const description = checker.string(members, 'Description', 'description', DESCRIPTION);
    const type = checker.string(members, 'AuthorizationType', 'authorizationType', {
      values: AUTHORIZATION_TYPES,
    });
    const update = readAuthParameters(checker, members, false);
    const kmsKeyIdentifier = checker.string(
      members,
      'KmsKeyIdentifier',
      'kmsKeyIdentifier',
      KMS_KEY,
    );
    checker.finish();
    refusePrivateConnectivity(members, 'InvocationConnectivityParameters');
    const { state, clock } = this.#options;
    const updated = await state.connections.update(name!, (connection) => ({
      ...(update || type
        ? this.#reauthorized(connection, type as ConnectionResource['authorizationType'], update)
        : connection),
      ...given({ description, kmsKeyIdentifier }),
      lastModifiedTime: clock.now(),
    }));
    if (!updated) throw notFound('connection', name!, 'update');
    this.#authorizeLater(updated);
    return connectionSummary(updated, ['CreationTime', 'LastModifiedTime', 'LastAuthorizedTime']);
  }

  async describe(input: unknown): Promise<Members> {
    const connection = await this.#named(input, 'describe');
    return {
      ...listedConnection(connection),
      ...given({
        Description: connection.description,
        KmsKeyIdentifier: connection.kmsKeyIdentifier,
      }),
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
      refusal: (message) => new AwsError('ValidationException', message),
    });
    return {
      Connections: page.resources.map(listedConnection),
      ...(page.nextToken !== undefined && { NextToken: page.nextToken }),
    };
  }

  async delete(input: unknown): Promise<Members> {
    const connection = await this.#named(input, 'delete');
    await this.#options.state.connections.delete(connection.name);
    return connectionSummary({ ...connection, state: 'DELETING' }, [
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
      ({ sealedAuthParameters: _forgotten, stateReason: _old, ...rest }) => ({
        ...rest,
        state: 'DEAUTHORIZED',
        publicAuthParameters: {},
        lastModifiedTime: clock.now(),
      }),
    );
    if (!connection) throw notFound('connection', name, 'deauthorize');
    return connectionSummary({ ...connection, state: 'DEAUTHORIZING' }, [
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
    const oauth = parameters['OAuthParameters'] as { AuthorizationEndpoint: string } | undefined;
    if (oauth)
      checkEndpoint('AuthorizationEndpoint', oauth.AuthorizationEndpoint, this.#options.allowHttp);
    const secret = JSON.stringify(parameters);
    if (Buffer.byteLength(secret) > MAX_SECRET_BYTES)
      throw new AwsError(
        'ValidationException',
        `AuthParameters must not be longer than ${String(MAX_SECRET_BYTES)} bytes as JSON: give fewer or shorter parameters.`,
      );
    return {
      state: type === 'OAUTH_CLIENT_CREDENTIALS' ? 'AUTHORIZING' : 'AUTHORIZED',
      authorizationType: type,
      publicAuthParameters: publicAuthParameters(parameters),
      sealedAuthParameters: this.#options.state.secrets.seal(secret),
    };
  }

  #reauthorized(
    connection: ConnectionResource,
    newType: ConnectionResource['authorizationType'] | undefined,
    update: Members = {},
  ): ConnectionResource {
    const { stateReason: _old, ...rest } = connection;
    const type = newType ?? connection.authorizationType;
    const before = this.#openParameters(connection, type, update);
    return {
      ...rest,
      ...this.#authorization(type, mergeAuthParameters(before, update, type)),
      lastAuthorizedTime: this.#options.clock.now(),
    };
  }

  /** The parameters as they were given. Without the key that sealed them an update must give all of them again. */
  #openParameters(
    { sealedAuthParameters: sealed, publicAuthParameters: shown }: ConnectionResource,
    type: ConnectionResource['authorizationType'],
    update: Members,
  ): Members {
    if (!sealed) return {};
    try {
      return JSON.parse(this.#options.state.secrets.open(sealed)) as Members;
    } catch (cause) {
      const isWhole =
        misfit(type, mergeAuthParameters({}, update, type)) === undefined &&
        (update['InvocationHttpParameters'] !== undefined ||
          shown['InvocationHttpParameters'] === undefined);
      if (isWhole) return {};
      this.#options.log.error('The secrets of a connection cannot be opened', { error: cause });
      throw new AwsError(
        'ValidationException',
        "The connection's secrets cannot be opened with this server's key: give all its AuthParameters again.",
      );
    }
  }

  /** Tries the OAuth connections that a stop of the server left AUTHORIZING. */
  async resume(): Promise<void> {
    for (const connection of await this.#options.state.connections.list())
      this.#authorizeLater(connection);
  }

  /** An OAuth connection is tried in the background: AUTHORIZING becomes AUTHORIZED, or DEAUTHORIZED with its reason. */
  #authorizeLater({
    name,
    arn,
    state: current,
    sealedAuthParameters: sealed,
  }: ConnectionResource): void {
    if (current !== 'AUTHORIZING') return;
    const { state, authorize, clock, log } = this.#options;
    void (async () => {
      const failure = await authorize(name);
      await state.connections.update(name, (connection) => {
        // Anew or with other credentials, it is tried by whoever made it so.
        const isSame =
          connection.arn === arn && connection.sealedAuthParameters?.sealed === sealed?.sealed;
        if (!isSame || connection.state !== 'AUTHORIZING') return undefined;
        return failure === undefined
          ? { ...connection, state: 'AUTHORIZED', lastAuthorizedTime: clock.now() }
          : {
              ...connection,
              state: 'DEAUTHORIZED',
              stateReason: failure.slice(0, MAX_REASON),
            };
      });
    })().catch((error: unknown) =>
      log.error('An OAuth connection cannot be authorized', { name, error }),
    );
  }
}

/** The six characters that Secrets Manager puts behind a secret's name. */
function suffix(): string {
  return Array.from({ length: 6 }, () => SUFFIX_ALPHABET[randomInt(SUFFIX_ALPHABET.length)]).join(
    '',
  );
}
