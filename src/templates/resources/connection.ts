import { flag, listOf, object, required, text, withoutEffect } from '../shape.js';
import type { TemplateObject } from '../value.js';
import {
  bringUpDescribed,
  unlessMissing,
  type BringUpRequest,
  type ResourceType,
  type Standing,
} from './resource-type.js';

const PARAMETER = object({ Key: required(text), Value: required(text), IsValueSecret: flag });
const HTTP_PARAMETERS = object({
  BodyParameters: listOf(PARAMETER),
  HeaderParameters: listOf(PARAMETER),
  QueryStringParameters: listOf(PARAMETER),
});
const PRIVATE = withoutEffect(
  'private connectivity is not a matter here: targets are called directly.',
);

interface HttpParameters {
  BodyParameters?: { Value: string; IsValueSecret?: boolean }[];
  HeaderParameters?: HttpParameters['BodyParameters'];
  QueryStringParameters?: HttpParameters['BodyParameters'];
}

interface Properties {
  AuthorizationType: string;
  AuthParameters?: {
    ApiKeyAuthParameters?: { ApiKeyValue: string };
    BasicAuthParameters?: { Password: string };
    InvocationHttpParameters?: HttpParameters;
    OAuthParameters?: {
      ClientParameters: { ClientSecret: string };
      OAuthHttpParameters?: HttpParameters;
    };
  };
  Description?: string;
}

interface Description {
  ConnectionArn: string;
  ConnectionState: string;
  StateReason?: string;
  SecretArn: string;
}

/** AWS::Events::Connection. Ref: its name. */
export const connection: ResourceType = {
  name: 'AWS::Events::Connection',
  properties: object({
    AuthorizationType: required(text),
    AuthParameters: object({
      ApiKeyAuthParameters: object({ ApiKeyName: required(text), ApiKeyValue: required(text) }),
      BasicAuthParameters: object({ Username: required(text), Password: required(text) }),
      ConnectivityParameters: PRIVATE,
      InvocationHttpParameters: HTTP_PARAMETERS,
      OAuthParameters: object({
        AuthorizationEndpoint: required(text),
        ClientParameters: required(
          object({ ClientID: required(text), ClientSecret: required(text) }),
        ),
        HttpMethod: required(text),
        OAuthHttpParameters: HTTP_PARAMETERS,
      }),
    }),
    Description: text,
    InvocationConnectivityParameters: PRIVATE,
    KmsKeyIdentifier: withoutEffect('secrets are encrypted with the key of the data folder.'),
    Name: text,
  }),
  attributes: ['Arn', 'ArnForPolicy', 'SecretArn'],
  naming: { property: 'Name', maxLength: 64 },
  secrets,
  bringUp,
};

async function bringUp(request: BringUpRequest): Promise<Standing> {
  const { api, name, note } = request;
  const properties = request.properties as unknown as Properties;
  const describe = (): Promise<Description | undefined> =>
    unlessMissing(api.events('DescribeConnection', { Name: name }));
  const { action, description } = await bringUpDescribed(request, {
    describe,
    create: () => api.events('CreateConnection', { ...properties, Name: name }),
    async update() {
      await api.events('UpdateConnection', {
        ...properties,
        Name: name,
        // What an update leaves out keeps its value.
        Description: properties.Description ?? '',
        AuthParameters: { InvocationHttpParameters: {}, ...properties.AuthParameters },
      });
      return true;
    },
  });
  if (description.ConnectionState === 'DEAUTHORIZED')
    note(
      `the connection is DEAUTHORIZED${description.StateReason === undefined ? '' : ` (${description.StateReason})`}: nothing is sent until it is updated with parameters that work.`,
    );
  const arn = description.ConnectionArn;
  return {
    action,
    attributes: {
      Arn: arn,
      ArnForPolicy: arn.slice(0, arn.lastIndexOf('/')),
      SecretArn: description.SecretArn,
    },
  };
}

function secrets(properties: TemplateObject): string[] {
  const { AuthParameters: auth } = properties as unknown as Properties;
  const {
    ApiKeyAuthParameters: apiKey,
    BasicAuthParameters: basic,
    OAuthParameters: oauth,
  } = auth ?? {};
  const parameters = [auth?.InvocationHttpParameters, oauth?.OAuthHttpParameters]
    .flatMap((http) => [http?.BodyParameters, http?.HeaderParameters, http?.QueryStringParameters])
    .flatMap((list) => list ?? [])
    .filter(({ IsValueSecret }) => IsValueSecret)
    .map(({ Value }) => Value);
  return [
    apiKey?.ApiKeyValue,
    basic?.Password,
    oauth?.ClientParameters.ClientSecret,
    ...parameters,
  ].filter((value) => value !== undefined);
}
