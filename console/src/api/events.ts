import { call } from './http';

export type AuthorizationType = 'API_KEY' | 'BASIC' | 'OAUTH_CLIENT_CREDENTIALS';
export interface HttpParameter {
  Key: string;
  /** Absent when it is secret. */
  Value?: string;
  IsValueSecret?: boolean;
}
export interface HttpParameters {
  HeaderParameters?: HttpParameter[];
  QueryStringParameters?: HttpParameter[];
  BodyParameters?: HttpParameter[];
}
export interface Connection {
  Name: string;
  ConnectionArn: string;
  ConnectionState: string;
  StateReason?: string;
  AuthorizationType: AuthorizationType;
  Description?: string;
  LastModifiedTime: number;
}
/** As DescribeConnection shows them: without what is secret. */
export interface AuthParameters {
  ApiKeyAuthParameters?: { ApiKeyName: string };
  BasicAuthParameters?: { Username: string };
  OAuthParameters?: {
    ClientParameters: { ClientID: string };
    AuthorizationEndpoint: string;
    HttpMethod: string;
    OAuthHttpParameters?: HttpParameters;
  };
  InvocationHttpParameters?: HttpParameters;
}
export interface ConnectionDetails extends Connection {
  AuthParameters?: AuthParameters;
}
export interface ApiDestination {
  Name: string;
  ApiDestinationArn: string;
  ApiDestinationState: string;
  ConnectionArn: string;
  InvocationEndpoint: string;
  HttpMethod: string;
  InvocationRateLimitPerSecond?: number;
  Description?: string;
}

async function events<T>(operation: string, input: object): Promise<T> {
  return (await call({
    method: 'POST',
    target: '/',
    service: 'events',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSEvents.${operation}`,
    },
    body: JSON.stringify(input),
  })) as T;
}

async function all<T>(operation: string, member: string): Promise<T[]> {
  const found: T[] = [];
  let token: unknown;
  do {
    const page = await events<Record<string, unknown>>(
      operation,
      token === undefined ? {} : { NextToken: token },
    );
    found.push(...(page[member] as T[]));
    token = page['NextToken'];
  } while (token !== undefined);
  return found;
}

export const listConnections = (): Promise<Connection[]> => all('ListConnections', 'Connections');
export const describeConnection = (name: string): Promise<ConnectionDetails> =>
  events('DescribeConnection', { Name: name });
export const createConnection = (input: object): Promise<{ ConnectionArn: string }> =>
  events('CreateConnection', input);
export const updateConnection = (input: object): Promise<unknown> =>
  events('UpdateConnection', input);
export const deleteConnection = (name: string): Promise<unknown> =>
  events('DeleteConnection', { Name: name });

export const listApiDestinations = (): Promise<ApiDestination[]> =>
  all('ListApiDestinations', 'ApiDestinations');
export const describeApiDestination = (name: string): Promise<ApiDestination> =>
  events('DescribeApiDestination', { Name: name });
export const createApiDestination = (input: object): Promise<{ ApiDestinationArn: string }> =>
  events('CreateApiDestination', input);
export const updateApiDestination = (input: object): Promise<unknown> =>
  events('UpdateApiDestination', input);
export const deleteApiDestination = (name: string): Promise<unknown> =>
  events('DeleteApiDestination', { Name: name });

/** Whether the event matches the pattern, as the server's own matcher sees it. */
export async function testEventPattern(pattern: string, event: string): Promise<boolean> {
  const { Result } = await events<{ Result: boolean }>('TestEventPattern', {
    EventPattern: pattern,
    Event: event,
  });
  return Result;
}
