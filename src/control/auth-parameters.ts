import type { ConnectionResource } from '../state/index.js';
import type { Checker, Members } from './checker.js';

type AuthorizationType = ConnectionResource['authorizationType'];

export const AUTHORIZATION_TYPES = ['BASIC', 'OAUTH_CLIENT_CREDENTIALS', 'API_KEY'] as const;

/** The block of AuthParameters that belongs to each type. */
const BLOCKS: Record<AuthorizationType, string> = {
  API_KEY: 'ApiKeyAuthParameters',
  BASIC: 'BasicAuthParameters',
  OAUTH_CLIENT_CREDENTIALS: 'OAuthParameters',
};
/** No control characters and no colon (service model). */
const CREDENTIAL = '[ \\t]*[^\\x00-\\x1F:\\x7F]+([ \\t]+[^\\x00-\\x1F:\\x7F]+)*[ \\t]*';
// eslint-disable-next-line no-control-regex -- control characters are what it refuses
const CREDENTIAL_MATCHER =
  /^[^\x00-\x08\x0A-\x1F:\x7F]*[^\x00-\x1F:\x7F][^\x00-\x08\x0A-\x1F:\x7F]*$/;
export const URL_PATTERN = "((%[0-9A-Fa-f]{2}|[-()_.!~*';/?:@\\x26=+$,A-Za-z0-9])+)([).!';/?:,])?";
const HEADER_VALUE_MATCHER = /^[\t\x20-\x7E]*[\x20-\x7E][\t\x20-\x7E]*$/;
const HEADER_KEY = "[!#$%&'*+-.^_`|~0-9a-zA-Z]+";
const HEADER_VALUE = '[ \\t]*[\\x20-\\x7E]+([ \\t]+[\\x20-\\x7E]+)*[ \\t]*';
const MAX_PARAMETERS = 100;
const MAX_PARAMETER_LENGTH = 512;
const PARAMETER_LISTS = ['HeaderParameters', 'QueryStringParameters', 'BodyParameters'] as const;

/** Checks AuthParameters; members that an update may leave out are only required on create. */
export function checkAuthParameters(
  checker: Checker,
  owner: Members,
  required: boolean,
): Members | undefined {
  const at = 'authParameters';
  const parameters = checker.structure(owner, 'AuthParameters', at, required);
  if (!parameters) return undefined;
  const credential = (block: Members, name: string, path: string, secret = false): void =>
    void checker.string(block, name, path, {
      required,
      min: 1,
      max: 512,
      pattern: CREDENTIAL,
      matcher: CREDENTIAL_MATCHER,
      secret,
    });
  const basic = checker.structure(parameters, 'BasicAuthParameters', `${at}.basicAuthParameters`);
  if (basic) {
    credential(basic, 'Username', `${at}.basicAuthParameters.username`);
    credential(basic, 'Password', `${at}.basicAuthParameters.password`, true);
  }
  const apiKey = checker.structure(
    parameters,
    'ApiKeyAuthParameters',
    `${at}.apiKeyAuthParameters`,
  );
  if (apiKey) {
    credential(apiKey, 'ApiKeyName', `${at}.apiKeyAuthParameters.apiKeyName`);
    credential(apiKey, 'ApiKeyValue', `${at}.apiKeyAuthParameters.apiKeyValue`, true);
  }
  const oauth = checker.structure(parameters, 'OAuthParameters', `${at}.oAuthParameters`);
  if (oauth) checkOAuth(checker, oauth, `${at}.oAuthParameters`, required, credential);
  checkHttpParameters(
    checker,
    parameters,
    'InvocationHttpParameters',
    `${at}.invocationHttpParameters`,
  );
  return parameters;
}

/** Why the given blocks do not fit the type; undefined when they do. Text inferred. */
export function misfit(type: AuthorizationType, parameters: Members): string | undefined {
  const block = BLOCKS[type];
  const given = Object.values(BLOCKS).filter(
    (name) => parameters[name] !== undefined && parameters[name] !== null,
  );
  if (given.length === 1 && given[0] === block) return undefined;
  return given.length === 0
    ? `Parameter AuthParameters.${block} is missing: the authorization type ${type} needs it.`
    : `The authorization type ${type} takes AuthParameters.${block} alone, not ${given.join(' and ')}.`;
}

/** AuthParameters as Describe shows them (recorded): without password, key value, client secret, secret values. */
export function publicAuthParameters(parameters: Members): Members {
  const shown: Members = {};
  const {
    BasicAuthParameters: basic,
    ApiKeyAuthParameters: apiKey,
    OAuthParameters: oauth,
  } = parameters as Record<string, Members | undefined>;
  if (basic) shown['BasicAuthParameters'] = { Username: basic['Username'] };
  if (apiKey) shown['ApiKeyAuthParameters'] = { ApiKeyName: apiKey['ApiKeyName'] };
  if (oauth) {
    const client = oauth['ClientParameters'] as Members | undefined;
    shown['OAuthParameters'] = {
      ClientParameters: { ClientID: client?.['ClientID'] },
      AuthorizationEndpoint: oauth['AuthorizationEndpoint'],
      HttpMethod: oauth['HttpMethod'],
      ...withoutSecrets('OAuthHttpParameters', oauth['OAuthHttpParameters']),
    };
  }
  return {
    ...shown,
    ...withoutSecrets('InvocationHttpParameters', parameters['InvocationHttpParameters']),
  };
}

/** Members that an update leaves out keep their values (inferred); another type starts afresh. */
export function mergeAuthParameters(
  before: Members,
  update: Members,
  type: AuthorizationType,
): Members {
  const block = BLOCKS[type];
  const merged: Members = {
    [block]: {
      ...(before[block] as Members | undefined),
      ...(update[block] as Members | undefined),
    },
  };
  for (const other of Object.values(BLOCKS))
    if (other !== block && update[other] !== undefined) merged[other] = update[other];
  const http = update['InvocationHttpParameters'] ?? before['InvocationHttpParameters'];
  return http === undefined ? merged : { ...merged, InvocationHttpParameters: http };
}

function checkOAuth(
  checker: Checker,
  oauth: Members,
  at: string,
  required: boolean,
  credential: (block: Members, name: string, path: string, secret?: boolean) => void,
): void {
  checker.string(oauth, 'AuthorizationEndpoint', `${at}.authorizationEndpoint`, {
    required,
    min: 1,
    max: 2048,
    pattern: URL_PATTERN,
  });
  checker.string(oauth, 'HttpMethod', `${at}.httpMethod`, {
    required,
    values: ['GET', 'POST', 'PUT'],
  });
  const client = checker.structure(oauth, 'ClientParameters', `${at}.clientParameters`, required);
  if (client) {
    credential(client, 'ClientID', `${at}.clientParameters.clientID`);
    credential(client, 'ClientSecret', `${at}.clientParameters.clientSecret`, true);
  }
  checkHttpParameters(checker, oauth, 'OAuthHttpParameters', `${at}.oAuthHttpParameters`);
}

function checkHttpParameters(checker: Checker, owner: Members, name: string, at: string): void {
  const parameters = checker.structure(owner, name, at);
  if (!parameters) return;
  for (const list of PARAMETER_LISTS) {
    const listAt = `${at}.${list[0]!.toLowerCase()}${list.slice(1)}`;
    const isHeader = list === 'HeaderParameters';
    const max = list === 'BodyParameters' ? undefined : MAX_PARAMETER_LENGTH;
    for (const [index, entry] of (
      checker.list(parameters, list, listAt, MAX_PARAMETERS) ?? []
    ).entries()) {
      const entryAt = `${listAt}.${String(index + 1)}.member`;
      const members = checker.structure({ entry }, 'entry', entryAt, true);
      if (!members) continue;
      const secret = checker.boolean(members, 'IsValueSecret', `${entryAt}.isValueSecret`) ?? false;
      const limit = max === undefined ? {} : { max };
      checker.string(members, 'Key', `${entryAt}.key`, {
        ...limit,
        ...(isHeader && { pattern: HEADER_KEY }),
      });
      checker.string(members, 'Value', `${entryAt}.value`, {
        ...limit,
        secret,
        ...(isHeader && { pattern: HEADER_VALUE, matcher: HEADER_VALUE_MATCHER }),
      });
    }
  }
}

function withoutSecrets(name: string, parameters: unknown): Members {
  if (parameters === undefined || parameters === null) return {};
  const shown: Members = {};
  for (const [list, entries] of Object.entries(parameters as Record<string, Members[]>))
    shown[list] = entries.map(({ Value, ...entry }) =>
      entry['IsValueSecret'] === true ? entry : { ...entry, Value },
    );
  return { [name]: shown };
}
