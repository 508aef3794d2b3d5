import { stringify } from 'yaml';
import { isAwsError } from '../../lib/aws-error.js';
import type { ResourceApi } from '../resources/resource-type.js';
import {
  alphanumeric,
  connectionProperties,
  type DescribedConnection,
  type SecretParameter,
} from './connection-properties.js';
import { tableProperties, type DescribedTable } from './table-properties.js';

type Api = Pick<ResourceApi, 'dynamodb' | 'events' | 'pipes'>;
type Members = Record<string, unknown>;

interface DescribedPipe extends Members {
  Name: string;
  Source: string;
  Target: string;
  Enrichment?: string;
  DesiredState: string;
  Tags?: Record<string, string>;
  LogConfiguration?: { Level?: string };
}
interface DescribedDestination extends Members {
  Name: string;
  ConnectionArn: string;
}

/** A pipe as a template, and what has to be given when it is loaded. */
export interface ExportedPipe {
  /** CloudFormation, as YAML. */
  template: string;
  /** Names of the parameters that hold secrets. */
  secrets: string[];
}

/** Members that describe a pipe's present and are no properties of it. */
const PRESENT = new Set(['Arn', 'CurrentState', 'StateReason', 'CreationTime', 'LastModifiedTime']);
const DESTINATION_ARN = /^arn:[^:]+:events:[^:]*:[^:]*:api-destination\/([^/]+)\//;
const STREAM_ARN = /^(arn:[^:]+:dynamodb:[^:]*:[^:]*:table\/([^/]+))\/stream\//;

/**
 * Makes a CloudFormation template of a pipe and of what it needs: its table, API destinations and connections.
 * Secrets are parameters without values; endpoints are parameters with their present value, as another stage may have
 * others. Rejects with the pipe's NotFoundException.
 */
export async function exportPipe(api: Api, name: string): Promise<ExportedPipe> {
  const described = (await api.pipes('DescribePipe', { Name: name })) as DescribedPipe;
  const extensions = await api.pipes('GetPipeExtensions', { Name: name });
  const template = new PipeTemplate(api);
  const source = await template.source(described.Source);
  const enrichment =
    described.Enrichment === undefined
      ? {}
      : { Enrichment: await template.stage(described.Enrichment, 'Enrichment') };
  const target = await template.stage(described.Target, 'Target');
  template.resources['Pipe'] = {
    Type: 'AWS::Pipes::Pipe',
    ...(Object.keys(extensions).length > 0 && { Metadata: { Freshet: extensions } }),
    Properties: {
      ...withoutPresent(described),
      Source: source,
      ...enrichment,
      Target: target,
    },
  };
  return template.finish(name);
}

class PipeTemplate {
  readonly resources: Record<string, object> = {};
  readonly #api: Api;
  readonly #secrets: SecretParameter[] = [];
  readonly #endpoints: Record<string, { value: string; destination: string }> = {};
  /** Logical ids of what is in the template already, by ARN. */
  readonly #known = new Map<string, string>();

  constructor(api: Api) {
    this.#api = api;
  }

  /** The stream of a table that is described here becomes a table; that of another stays its ARN. */
  async source(arn: string): Promise<unknown> {
    const [, , tableName] = STREAM_ARN.exec(arn) ?? [];
    if (tableName === undefined) return arn;
    const found = await unlessMissing(
      this.#api.dynamodb('DescribeTable', { TableName: tableName }),
    );
    const { Table } = (found ?? {}) as { Table?: DescribedTable & { LatestStreamArn?: string } };
    if (Table?.LatestStreamArn !== arn) return arn;
    const { TimeToLiveDescription: ttl } = (await this.#api.dynamodb('DescribeTimeToLive', {
      TableName: tableName,
    })) as { TimeToLiveDescription?: { TimeToLiveStatus: string; AttributeName?: string } };
    const isOn = /^ENABL/.test(ttl?.TimeToLiveStatus ?? '');
    this.resources['Table'] = {
      Type: 'AWS::DynamoDB::Table',
      Properties: tableProperties(Table, isOn ? ttl?.AttributeName : undefined),
    };
    return { 'Fn::GetAtt': ['Table', 'StreamArn'] };
  }

  /** An API destination becomes a resource; other targets stay their ARN. */
  async stage(arn: string, id: string): Promise<unknown> {
    const name = DESTINATION_ARN.exec(arn)?.[1];
    if (name === undefined) return arn;
    const known = this.#known.get(arn);
    if (known !== undefined) return { 'Fn::GetAtt': [known, 'Arn'] };
    const destination = (await this.#api.events('DescribeApiDestination', {
      Name: name,
    })) as DescribedDestination;
    const {
      Description,
      HttpMethod,
      InvocationEndpoint,
      InvocationRateLimitPerSecond: rate,
    } = destination;
    const endpoint = `${id}Endpoint`;
    this.#endpoints[endpoint] = { value: String(InvocationEndpoint), destination: name };
    this.resources[id] = {
      Type: 'AWS::Events::ApiDestination',
      Properties: {
        Name: name,
        ...(Description !== undefined && Description !== '' && { Description }),
        ConnectionArn: await this.#connection(destination.ConnectionArn, `${id}Connection`),
        HttpMethod,
        InvocationEndpoint: { Ref: endpoint },
        ...(rate !== undefined && { InvocationRateLimitPerSecond: rate }),
      },
    };
    this.#known.set(arn, id);
    return { 'Fn::GetAtt': [id, 'Arn'] };
  }

  finish(pipe: string): ExportedPipe {
    const parameters = {
      ...Object.fromEntries(
        this.#secrets.map(({ name, description }) => [
          name,
          { Type: 'String', NoEcho: true, Description: description },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(this.#endpoints).map(([name, { value, destination }]) => [
          name,
          {
            Type: 'String',
            Default: value,
            Description: `Where the API destination ${destination} leads.`,
          },
        ]),
      ),
    };
    const document = {
      AWSTemplateFormatVersion: '2010-09-09',
      Description: `The pipe ${pipe} and what it needs.`,
      ...(Object.keys(parameters).length > 0 && { Parameters: parameters }),
      Resources: this.resources,
    };
    return {
      template: stringify(document, { lineWidth: 0, aliasDuplicateObjects: false }),
      secrets: this.#secrets.map(({ name }) => name),
    };
  }

  async #connection(arn: string, id: string): Promise<object> {
    const name = /:connection\/([^/]+)/.exec(arn)?.[1] ?? '';
    const known = this.#known.get(name);
    if (known !== undefined) return { 'Fn::GetAtt': [known, 'Arn'] };
    const connection = (await this.#api.events('DescribeConnection', {
      Name: name,
    })) as DescribedConnection;
    const { properties, secrets } = connectionProperties(connection, alphanumeric(id));
    this.#secrets.push(...secrets);
    this.resources[id] = { Type: 'AWS::Events::Connection', Properties: properties };
    this.#known.set(name, id);
    return { 'Fn::GetAtt': [id, 'Arn'] };
  }
}

/** The properties of a pipe's description. */
function withoutPresent({ LogConfiguration, Tags, ...described }: DescribedPipe): Members {
  const isLogged = LogConfiguration?.Level !== undefined && LogConfiguration.Level !== 'OFF';
  return {
    ...Object.fromEntries(Object.entries(described).filter(([member]) => !PRESENT.has(member))),
    ...(Tags && Object.keys(Tags).length > 0 && { Tags }),
    ...(isLogged && { LogConfiguration }),
  };
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isAwsError(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}
