import { AwsError } from '../lib/aws-error.js';
import type { ConnectionResource } from '../state/index.js';
import { given, lowerCamel, type Checker, type Members, type StringRule } from './checker.js';
import { ENDPOINT } from './endpoint.js';

type AuthorizationType = ConnectionResource['authorizationType'];

/** In the order in which the message names them (recorded). */
export const AUTHORIZATION_TYPES = ['BASIC', 'OAUTH_CLIENT_CREDENTIALS', 'API_KEY'] as const;

/** The block of AuthParameters that belongs to each type, and what must be in it in the end. */
const BLOCKS: Record<AuthorizationType, { name: string; required: readonly string[] }> = {
  API_KEY: { name: 'ApiKeyAuthParameters', required: ['ApiKeyName', 'ApiKeyValue'] },
  BASIC: { name: 'BasicAuthParameters', required: ['Username', 'Password'] },
  OAUTH_CLIENT_CREDENTIALS: {
    name: 'OAuthParameters',
    required: [
      'AuthorizationEndpoint',
      'HttpMethod',
      'ClientParameters.ClientID',
      'ClientParameters.ClientSecret',
    ],
  },
};
const BLOCK_NAMES = Object.values(BLOCKS).map(({ name }) => name);

/** No control characters and no colon (service model). */
const CREDENTIAL: StringRule = {
  min: 1,
  max: 512,
  pattern: '^[ \\t]*[^\\x00-\\x1F:\\x7F]+([ \\t]+[^\\x00-\\x1F:\\x7F]+)*[ \\t]*$',
  // The same language, without two ways to match one text.
  matcher: /^\t*[^\x00-\x1F:\x7F][^\x00-\x08\x0A-\x1F:\x7F]*$/,
};
const MAX_PARAMETERS = 100;
/** Rules for entries of each list (service model). Values are always sensitive, IsValueSecret or not. */
const PARAMETER_LISTS: Record<string, { key: StringRule; value: StringRule }> = {
  HeaderParameters: {
    key: { max: 512, pattern: "^[!#$%&'*+-.^_`|~0-9a-zA-Z]+$" },
    value: {
      max: 512,
      pattern: '^[ \\t]*[\\x20-\\x7E]+([ \\t]+[\\x20-\\x7E]+)*[ \\t]*$',
      matcher: /^\t*[\x20-\x7E][\t\x20-\x7E]*$/,
      secret: true,
    },
  },
  QueryStringParameters: {
    key: { max: 512, pattern: '[^\\x00-\\x1F\\x7F]+' },
    value: { max: 512, pattern: '[^\\x00-\\x09\\x0B\\x0C\\x0E-\\x1F\\x7F]+', secret: true },
  },
  BodyParameters: { key: {}, value: { secret: true } },
};

/**
 * Reads AuthParameters: what is returned holds members of the service model only. What an update may
 * leave out is only required on create.
 */
export function readAuthParameters(
  checker: Checker,
  owner: Members,
  required: boolean,
): Members | undefined {
  const at = 'authParameters';
  const parameters = checker.structure(owner, 'AuthParameters', at, required);
  if (!parameters) return undefined;
  refusePrivateConnectivity(parameters, 'ConnectivityParameters');
  return given({
    BasicAuthParameters: readCredentials(checker, parameters, 'BasicAuthParameters', at, required, [
      'Username',
      'Password',
    ]),
    OAuthParameters: readOAuth(checker, parameters, at, required),
    ApiKeyAuthParameters: readCredentials(
      checker,
      parameters,
      'ApiKeyAuthParameters',
      at,
      required,
      ['ApiKeyName', 'ApiKeyValue'],
    ),
    InvocationHttpParameters: readHttpParameters(
      checker,
      parameters,
      'InvocationHttpParameters',
      at,
    ),
  });
}

/** Connections through VPC Lattice would be accepted and not used: refused instead. */
export function refusePrivateConnectivity(owner: Members, name: string): void {
  if ((owner[name] ?? undefined) !== undefined)
    throw new AwsError(
      'ValidationException',
      `${name} is not supported: Freshet reaches private addresses itself. Leave it out, and allow the address to the server.`,
    );
}

/** Why the given blocks do not fit the type; undefined when they do. Text inferred. */
export function misfit(type: AuthorizationType, parameters: Members): string | undefined {
  const { name: block, required } = BLOCKS[type];
  const found = BLOCK_NAMES.filter((name) => parameters[name] !== undefined);
  if (found.some((name) => name !== block))
    return `The authorization type ${type} takes AuthParameters.${block} alone, not ${found.join(' and ')}.`;
  const missing = required.find((path) => valueAt(parameters[block], path) === undefined);
  if (found.length === 1 && missing === undefined) return undefined;
  const path = found.length === 0 ? block : `${block}.${missing!}`;
  return `Parameter AuthParameters.${path} is missing: the authorization type ${type} needs it.`;
}

/** AuthParameters as Describe shows them (recorded): without password, key value, client secret, secret values. */
export function publicAuthParameters(parameters: Members): Members {
  const {
    BasicAuthParameters: basic,
    ApiKeyAuthParameters: apiKey,
    OAuthParameters: oauth,
    InvocationHttpParameters: http,
  } = parameters as Record<string, Members | undefined>;
  return given({
    BasicAuthParameters: basic && { Username: basic['Username'] },
    ApiKeyAuthParameters: apiKey && { ApiKeyName: apiKey['ApiKeyName'] },
    OAuthParameters:
      oauth &&
      given({
        ClientParameters: { ClientID: valueAt(oauth, 'ClientParameters.ClientID') },
        AuthorizationEndpoint: oauth['AuthorizationEndpoint'],
        HttpMethod: oauth['HttpMethod'],
        OAuthHttpParameters: withoutSecrets(oauth['OAuthHttpParameters']),
      }),
    InvocationHttpParameters: withoutSecrets(http),
  });
}

/** Members that an update leaves out keep their values (inferred); another type starts afresh. */
export function mergeAuthParameters(
  before: Members,
  update: Members,
  type: AuthorizationType,
): Members {
  const { name: block } = BLOCKS[type];
  const merged: Members = { ...update };
  const blocks = [before[block], update[block]].filter((one) => one !== undefined) as Members[];
  if (blocks.length > 0) {
    merged[block] = Object.assign({}, ...blocks) as Members;
    const clients = blocks.map((one) => one['ClientParameters']).filter(Boolean) as Members[];
    if (clients.length > 0)
      (merged[block] as Members)['ClientParameters'] = Object.assign({}, ...clients);
  }
  const http = update['InvocationHttpParameters'] ?? before['InvocationHttpParameters'];
  return given({ ...merged, InvocationHttpParameters: http });
}

/** A block of a name, which is shown, and a secret. */
function readCredentials(
  checker: Checker,
  owner: Members,
  name: string,
  parentAt: string,
  required: boolean,
  [shown, secret]: [string, string],
): Members | undefined {
  const at = `${parentAt}.${lowerCamel(name)}`;
  const block = checker.structure(owner, name, at);
  if (!block) return undefined;
  const rule = { ...CREDENTIAL, required };
  return given({
    [shown]: checker.string(block, shown, `${at}.${lowerCamel(shown)}`, rule),
    [secret]: checker.string(block, secret, `${at}.${lowerCamel(secret)}`, {
      ...rule,
      secret: true,
    }),
  });
}

function readOAuth(
  checker: Checker,
  owner: Members,
  parentAt: string,
  required: boolean,
): Members | undefined {
  const at = `${parentAt}.oAuthParameters`;
  const oauth = checker.structure(owner, 'OAuthParameters', at);
  if (!oauth) return undefined;
  if (required) checker.structure(oauth, 'ClientParameters', `${at}.clientParameters`, true);
  return given({
    ClientParameters: readCredentials(checker, oauth, 'ClientParameters', at, required, [
      'ClientID',
      'ClientSecret',
    ]),
    AuthorizationEndpoint: checker.string(
      oauth,
      'AuthorizationEndpoint',
      `${at}.authorizationEndpoint`,
      { required, ...ENDPOINT },
    ),
    HttpMethod: checker.string(oauth, 'HttpMethod', `${at}.httpMethod`, {
      required,
      values: ['GET', 'POST', 'PUT'],
    }),
    OAuthHttpParameters: readHttpParameters(checker, oauth, 'OAuthHttpParameters', at),
  });
}

function readHttpParameters(
  checker: Checker,
  owner: Members,
  name: string,
  parentAt: string,
): Members | undefined {
  const at = `${parentAt}.${lowerCamel(name)}`;
  const parameters = checker.structure(owner, name, at);
  if (!parameters) return undefined;
  const lists = Object.entries(PARAMETER_LISTS).map(([list, rules]) => {
    const listAt = `${at}.${lowerCamel(list)}`;
    const entries = checker.list(parameters, list, listAt, { max: MAX_PARAMETERS });
    return [
      list,
      entries?.map((entry, index) => {
        const entryAt = `${listAt}.${String(index + 1)}.member`;
        const members = checker.structure({ entry }, 'entry', entryAt, true) ?? {};
        return given({
          // The model requires neither; without them there is nothing to send (inferred).
          Key: checker.string(members, 'Key', `${entryAt}.key`, { ...rules.key, required: true }),
          Value: checker.string(members, 'Value', `${entryAt}.value`, {
            ...rules.value,
            required: true,
          }),
          IsValueSecret: checker.boolean(members, 'IsValueSecret', `${entryAt}.isValueSecret`),
        });
      }),
    ];
  });
  return given(Object.fromEntries(lists) as Members);
}

function withoutSecrets(parameters: unknown): Members | undefined {
  if (parameters === undefined) return undefined;
  const lists = Object.entries(parameters as Record<string, Members[]>).map(([list, entries]) => [
    list,
    entries.map(({ Value, ...entry }) =>
      entry['IsValueSecret'] === true ? entry : { ...entry, Value },
    ),
  ]);
  return Object.fromEntries(lists) as Members;
}

function valueAt(members: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, name) => (value as Members | undefined)?.[name], members);
}
