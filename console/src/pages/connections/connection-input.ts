import type { AuthorizationType, ConnectionDetails } from '../../api/events';
import { httpParametersOf, parametersOf, type Parameter } from './parameters';

/** What the person typed of a connection. Secrets are empty until they are typed anew. */
export interface ConnectionDraft {
  name: string;
  description: string;
  type: AuthorizationType;
  keyName: string;
  keyValue: string;
  username: string;
  password: string;
  endpoint: string;
  method: string;
  clientId: string;
  clientSecret: string;
  oauthParameters: Parameter[];
  parameters: Parameter[];
}

/** Fields that each type needs. */
const NEEDED: Record<AuthorizationType, (keyof ConnectionDraft)[]> = {
  API_KEY: ['keyName', 'keyValue'],
  BASIC: ['username', 'password'],
  OAUTH_CLIENT_CREDENTIALS: ['endpoint', 'clientId', 'clientSecret'],
};
const SECRETS = new Set<keyof ConnectionDraft>(['keyValue', 'password', 'clientSecret']);

export function draftOf(before: ConnectionDetails | undefined): ConnectionDraft {
  const auth = before?.AuthParameters;
  return {
    name: before?.Name ?? '',
    description: before?.Description ?? '',
    type: before?.AuthorizationType ?? 'API_KEY',
    keyName: auth?.ApiKeyAuthParameters?.ApiKeyName ?? '',
    keyValue: '',
    username: auth?.BasicAuthParameters?.Username ?? '',
    password: '',
    endpoint: auth?.OAuthParameters?.AuthorizationEndpoint ?? '',
    method: auth?.OAuthParameters?.HttpMethod ?? 'POST',
    clientId: auth?.OAuthParameters?.ClientParameters.ClientID ?? '',
    clientSecret: '',
    oauthParameters: parametersOf(auth?.OAuthParameters?.OAuthHttpParameters),
    parameters: parametersOf(auth?.InvocationHttpParameters),
  };
}

/** Fields that must still be filled in. A secret that is there already may stay empty. */
export function missingFields(
  draft: ConnectionDraft,
  before: ConnectionDetails | undefined,
): Set<keyof ConnectionDraft> {
  const keepsSecrets = before?.AuthorizationType === draft.type;
  const needed: (keyof ConnectionDraft)[] = ['name', ...NEEDED[draft.type]];
  return new Set(
    needed.filter((field) => draft[field] === '' && !(keepsSecrets && SECRETS.has(field))),
  );
}

/** The first secret parameter of a changed list whose value must be typed again. */
export function untypedSecret(draft: ConnectionDraft, start: ConnectionDraft): string | undefined {
  const changed = [
    ...(draft.parameters === start.parameters ? [] : draft.parameters),
    ...(draft.oauthParameters === start.oauthParameters ? [] : draft.oauthParameters),
  ];
  return changed.find(({ isSecret, value }) => isSecret && value === '')?.key;
}

/** The input of CreateConnection or UpdateConnection: what is left out stays as it is. */
export function inputOf(draft: ConnectionDraft, start: ConnectionDraft): object {
  const parametersChanged = draft.parameters !== start.parameters;
  return {
    Name: draft.name,
    Description: draft.description,
    AuthorizationType: draft.type,
    AuthParameters: {
      ...blockOf(draft, draft.oauthParameters !== start.oauthParameters),
      ...(parametersChanged && {
        InvocationHttpParameters: httpParametersOf(draft.parameters) ?? {},
      }),
    },
  };
}

function blockOf(draft: ConnectionDraft, parametersChanged: boolean): object {
  switch (draft.type) {
    case 'API_KEY':
      return {
        ApiKeyAuthParameters: {
          ApiKeyName: draft.keyName,
          ...(draft.keyValue !== '' && { ApiKeyValue: draft.keyValue }),
        },
      };
    case 'BASIC':
      return {
        BasicAuthParameters: {
          Username: draft.username,
          ...(draft.password !== '' && { Password: draft.password }),
        },
      };
    case 'OAUTH_CLIENT_CREDENTIALS':
      return {
        OAuthParameters: {
          AuthorizationEndpoint: draft.endpoint,
          HttpMethod: draft.method,
          ClientParameters: {
            ClientID: draft.clientId,
            ...(draft.clientSecret !== '' && { ClientSecret: draft.clientSecret }),
          },
          ...(parametersChanged && {
            OAuthHttpParameters: httpParametersOf(draft.oauthParameters) ?? {},
          }),
        },
      };
  }
}
