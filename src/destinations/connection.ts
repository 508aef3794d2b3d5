import type { ConnectionResource, Secrets } from '../state/index.js';
import type { Header } from './headers.js';
import { MASK, secretTexts } from './mask.js';

/** `AuthParameters` of a connection as CreateConnection takes them (AWS's member names). */
export interface AuthParameters {
  ApiKeyAuthParameters?: { ApiKeyName: string; ApiKeyValue: string };
  BasicAuthParameters?: { Username: string; Password: string };
  OAuthParameters?: OAuthParameters;
  InvocationHttpParameters?: HttpParameters;
}

export interface OAuthParameters {
  AuthorizationEndpoint: string;
  HttpMethod: 'GET' | 'POST' | 'PUT';
  ClientParameters: { ClientID: string; ClientSecret: string };
  OAuthHttpParameters?: HttpParameters;
}

export interface HttpParameters {
  HeaderParameters?: HttpParameter[];
  QueryStringParameters?: HttpParameter[];
  BodyParameters?: HttpParameter[];
}

export interface HttpParameter {
  Key: string;
  Value: string;
  /** Absent: not secret (inferred). */
  IsValueSecret?: boolean;
}

export interface Parameter {
  key: string;
  value: string;
  secret: boolean;
}

/** A connection with its secrets opened: only in memory, never in an attempt, a log or an error. */
export interface OpenConnection {
  name: string;
  arn: string;
  authorizationType: ConnectionResource['authorizationType'];
  /** What API_KEY and BASIC add to each request; empty for OAuth, whose token changes. */
  authorization: readonly Header[];
  oauth: OAuthParameters | undefined;
  headers: readonly Header[];
  /** The same as people may see them; with OAuth also what the token is sent in. */
  shownAuthorization: readonly Header[];
  shownHeaders: readonly Header[];
  query: readonly Parameter[];
  body: readonly Parameter[];
  /** Every secret value in the forms in which it travels, to be masked wherever text is kept. */
  secretTexts: readonly string[];
}

/** Opens a connection's parameters. Throws when its secrets cannot be opened. */
export function openConnection(resource: ConnectionResource, secrets: Secrets): OpenConnection {
  const parameters = resource.sealedAuthParameters
    ? (JSON.parse(secrets.open(resource.sealedAuthParameters)) as AuthParameters)
    : {};
  const http = parameters.InvocationHttpParameters ?? {};
  const query = (http.QueryStringParameters ?? []).map(parameterOf);
  const body = (http.BodyParameters ?? []).map(parameterOf);
  const headers = (http.HeaderParameters ?? []).map(parameterOf);
  const authorization = authorizationOf(resource.authorizationType, parameters);
  return {
    name: resource.name,
    arn: resource.arn,
    authorizationType: resource.authorizationType,
    authorization,
    oauth:
      resource.authorizationType === 'OAUTH_CLIENT_CREDENTIALS'
        ? parameters.OAuthParameters
        : undefined,
    headers: headers.map(({ key, value }) => [key, value] as const),
    shownAuthorization:
      resource.authorizationType === 'OAUTH_CLIENT_CREDENTIALS'
        ? [['Authorization', MASK]]
        : authorization.map(([name]) => [name, MASK] as const),
    shownHeaders: headers.map(({ key, value, secret }) => [key, secret ? MASK : value] as const),
    query,
    body,
    secretTexts: secretTexts(
      secretValuesOf(parameters, authorization, [...query, ...body, ...headers]),
    ),
  };
}

export function parameterOf(parameter: HttpParameter): Parameter {
  return {
    key: parameter.Key,
    value: parameter.Value,
    secret: parameter.IsValueSecret ?? false,
  };
}

function authorizationOf(
  type: ConnectionResource['authorizationType'],
  parameters: AuthParameters,
): Header[] {
  const { ApiKeyAuthParameters: apiKey, BasicAuthParameters: basic } = parameters;
  if (type === 'API_KEY' && apiKey) return [[apiKey.ApiKeyName, apiKey.ApiKeyValue]];
  if (type === 'BASIC' && basic) {
    const credentials = Buffer.from(`${basic.Username}:${basic.Password}`, 'utf8');
    return [['Authorization', `Basic ${credentials.toString('base64')}`]];
  }
  return [];
}

function secretValuesOf(
  parameters: AuthParameters,
  authorization: readonly Header[],
  all: readonly Parameter[],
): string[] {
  const values = [
    ...authorization.map(([, value]) => value.replace(/^Basic /, '')),
    parameters.BasicAuthParameters?.Password,
    parameters.OAuthParameters?.ClientParameters.ClientSecret,
    ...all.filter(({ secret }) => secret).map(({ value }) => value),
  ];
  return values.filter((value) => value !== undefined);
}
