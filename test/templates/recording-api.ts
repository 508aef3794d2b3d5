import { AwsError } from '../../src/lib/aws-error.js';
import type { ResourceApi } from '../../src/templates/index.js';

type Members = Record<string, unknown>;

export const API_KEY = 'cache-api-key-0123456789';
export const ENDPOINT = 'http://127.0.0.1:4566';
const ACCOUNT = 'us-east-1:000000000000';

/** The other rooms as the templates see them, in memory; every call is written down. */
export class RecordingApi implements ResourceApi {
  readonly calls: [operation: string, input: Members][] = [];
  readonly tables = new Map<string, Members>();
  readonly connections = new Map<string, Members>();
  readonly destinations = new Map<string, Members>();
  readonly pipesByName = new Map<string, Members>();
  readonly caches = new Set<string>();
  readonly cacheEndpoint: string;
  readonly cacheApiKey: string;
  /** The error with which an operation is refused. */
  readonly refusals = new Map<string, Error>();
  /** What pipes settle to, instead of what is wanted. */
  pipeState: { CurrentState: string; StateReason?: string } | undefined;
  #made = 0;

  constructor(options: { cacheEndpoint?: string; cacheApiKey?: string } = {}) {
    this.cacheEndpoint = options.cacheEndpoint ?? ENDPOINT;
    this.cacheApiKey = options.cacheApiKey ?? API_KEY;
  }

  /** Names of the operations that changed something, in their order. */
  changes(): string[] {
    return this.calls.map(([name]) => name).filter((name) => !/^(Describe|List)/.test(name));
  }

  /** Input of the last call of an operation. */
  input(operation: string): Members {
    const call = this.calls.findLast(([name]) => name === operation);
    if (!call) throw new Error(`${operation} was not called`);
    return call[1];
  }

  async dynamodb(operation: string, input: object): Promise<object> {
    const members = this.#record(operation, input);
    const name = String(members['TableName']);
    const table = this.tables.get(name);
    switch (operation) {
      case 'CreateTable':
        this.tables.set(name, this.#table(name, members));
        return {};
      case 'DescribeTable':
        if (!table)
          throw new AwsError(
            'ResourceNotFoundException',
            `Requested resource not found: Table: ${name} not found`,
          );
        return { Table: table };
      case 'UpdateTable':
        this.tables.set(name, this.#updated(table!, members));
        return {};
      case 'DescribeTimeToLive':
        return { TimeToLiveDescription: table?.['ttl'] ?? { TimeToLiveStatus: 'DISABLED' } };
      case 'UpdateTimeToLive': {
        const { AttributeName, Enabled } = members['TimeToLiveSpecification'] as Members;
        table!['ttl'] = Enabled
          ? { TimeToLiveStatus: 'ENABLED', AttributeName }
          : { TimeToLiveStatus: 'DISABLED' };
        return {};
      }
      case 'ListTagsOfResource':
        return { Tags: this.#tableByArn(members)['tags'] ?? [] };
      case 'TagResource':
        this.#tableByArn(members)['tags'] = members['Tags'];
        return {};
      case 'UntagResource':
        this.#tableByArn(members)['tags'] = [];
        return {};
      default:
        throw new Error(`unexpected ${operation}`);
    }
  }

  async events(operation: string, input: object): Promise<object> {
    const members = this.#record(operation, input);
    const [, verb, kind] = /^(Create|Describe|Update)(Connection|ApiDestination)$/.exec(operation)!;
    const isConnection = kind === 'Connection';
    const all = isConnection ? this.connections : this.destinations;
    const name = String(members['Name']);
    if (verb === 'Create') {
      const arn = `arn:aws:events:${ACCOUNT}:${isConnection ? 'connection' : 'api-destination'}/${name}/${this.#id()}`;
      all.set(name, {
        ...members,
        [`${kind!}Arn`]: arn,
        SecretArn: `arn:aws:secretsmanager:${ACCOUNT}:secret:${name}`,
        ConnectionState: 'AUTHORIZED',
      });
    } else if (!all.has(name)) {
      throw new AwsError('ResourceNotFoundException', `'${name}' does not exist.`);
    } else if (verb === 'Update') all.set(name, { ...all.get(name), ...members });
    return all.get(name)!;
  }

  async pipes(operation: string, input: object): Promise<object> {
    const members = this.#record(operation, input);
    if (operation === 'ListPipes')
      return {
        Pipes: [...this.pipesByName.values()].filter(
          ({ Source }) => Source === members['SourcePrefix'],
        ),
      };
    if (operation === 'TagResource' || operation === 'UntagResource') {
      const tagged = [...this.pipesByName.values()].find(
        ({ Arn }) => Arn === members['resourceArn'],
      )!;
      const keys = (members['tagKeys'] ?? []) as string[];
      const left = Object.entries((tagged['Tags'] ?? {}) as Members).filter(
        ([key]) => !keys.includes(key),
      );
      tagged['Tags'] = { ...Object.fromEntries(left), ...(members['tags'] as Members | undefined) };
      return {};
    }
    const name = String(members['Name']);
    const pipe = this.pipesByName.get(name);
    if (operation === 'CreatePipe')
      this.pipesByName.set(name, {
        ...members,
        Arn: `arn:aws:pipes:${ACCOUNT}:pipe/${name}`,
        CurrentState: 'CREATING',
        CreationTime: 1_700_000_000,
        LastModifiedTime: 1_700_000_000,
      });
    else if (!pipe)
      throw new AwsError('NotFoundException', `Pipe ${name} does not exist.`, { status: 404 });
    else if (operation === 'UpdatePipe')
      this.pipesByName.set(name, {
        ...pipe,
        ...members,
        SourceParameters: pipe['SourceParameters'],
        CurrentState: 'UPDATING',
      });
    else return this.#settle(name, pipe);
    return {};
  }

  /** Tests that need queues or log groups give real ones. */
  sqs: ResourceApi['sqs'] = () => Promise.reject(new Error('no queues here'));
  logs: ResourceApi['logs'] = () => Promise.reject(new Error('no log groups here'));

  async createCache(name: string): Promise<boolean> {
    if (this.caches.has(name)) return false;
    this.#record('createCache', { name });
    this.caches.add(name);
    return true;
  }

  /** A described pipe is in its transitional state once, as with the real service. */
  #settle(name: string, pipe: Members): Members {
    const wanted = (pipe['DesiredState'] as string | undefined) ?? 'RUNNING';
    if (/ING$/.test(String(pipe['CurrentState'])) && pipe['CurrentState'] !== 'RUNNING')
      this.pipesByName.set(name, { ...pipe, CurrentState: wanted, ...this.pipeState });
    return pipe;
  }

  #table(name: string, members: Members): Members {
    const { BillingMode, Tags: tags, StreamSpecification: stream } = members;
    return {
      ...members,
      TableStatus: 'ACTIVE',
      TableArn: `arn:aws:dynamodb:${ACCOUNT}:table/${name}`,
      tags,
      ...(BillingMode !== undefined && { BillingModeSummary: { BillingMode } }),
      ...(stream !== undefined && { LatestStreamArn: this.#streamArn(name) }),
      GlobalSecondaryIndexes: (
        (members['GlobalSecondaryIndexes'] as Members[] | undefined) ?? []
      ).map((index) => ({ ...index, IndexStatus: 'ACTIVE' })),
    };
  }

  #updated(table: Members, members: Members): Members {
    const { BillingMode, StreamSpecification: stream, GlobalSecondaryIndexUpdates } = members;
    const indexes = (table['GlobalSecondaryIndexes'] as Members[]).filter(
      ({ IndexName }) =>
        !((GlobalSecondaryIndexUpdates ?? []) as { Delete?: Members }[]).some(
          ({ Delete }) => Delete?.['IndexName'] === IndexName,
        ),
    );
    const created = ((GlobalSecondaryIndexUpdates ?? []) as { Create?: Members }[]).flatMap(
      ({ Create }) => (Create ? [{ ...Create, IndexStatus: 'ACTIVE' }] : []),
    );
    const isStreaming = (stream as Members | undefined)?.['StreamEnabled'];
    return {
      ...table,
      ...members,
      ...(BillingMode !== undefined && { BillingModeSummary: { BillingMode } }),
      ...(isStreaming === true && {
        LatestStreamArn: this.#streamArn(String(table['TableName'])),
      }),
      GlobalSecondaryIndexes: [...indexes, ...created],
    };
  }

  #tableByArn({ ResourceArn }: Members): Members {
    return [...this.tables.values()].find(({ TableArn }) => TableArn === ResourceArn)!;
  }

  #streamArn(table: string): string {
    return `arn:aws:dynamodb:${ACCOUNT}:table/${table}/stream/${String(this.#id())}`;
  }

  #id(): number {
    this.#made += 1;
    return this.#made;
  }

  #record(operation: string, input: object): Members {
    const refusal = this.refusals.get(operation);
    if (refusal) throw refusal;
    const members = JSON.parse(JSON.stringify(input)) as Members;
    this.calls.push([operation, members]);
    return members;
  }
}
