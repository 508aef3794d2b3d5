import { isLoopback } from './config.js';
import type { RunningServer } from './server.js';

/** What a start prints: what runs where, and what to try next. Secrets only when they were made just now. */
export function summary(server: RunningServer, version: string): string {
  const { config, endpoint } = server;
  const lines = [
    '',
    `Freshet ${version} is ready at ${endpoint}`,
    `  region ${config.region}, account ${config.accountId}, ${config.inMemory ? 'in memory: all is gone when it stops' : `data in ${config.data}`}`,
    '',
    ...overview(server),
    ...keys(server),
    ...notes(server),
    'Try next',
    ...credentials(server),
    ...nextSteps(server),
    `  or open ${endpoint}/ in a browser: the console`,
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function overview({ overview: { tables, pipes, caches } }: RunningServer): string[] {
  const rows = [
    ...tables.map(({ name, stream }) => [
      'Table',
      name,
      stream ? `stream of ${stream}` : 'no stream',
    ]),
    ...pipes.map(({ name, route, state }) => ['Pipe', name, `${route}   ${state}`]),
    ...caches.map(({ name }) => ['Cache', name, `/cache/${name}`]),
  ];
  if (rows.length === 0)
    return ['  Nothing is set up yet: start with --template FILE, or use the aws command.', ''];
  const width = Math.max(...rows.map(([, name]) => name!.length));
  return [
    ...rows.map(([kind, name, text]) => `  ${kind!.padEnd(6)} ${name!.padEnd(width)}  ${text!}`),
    '',
  ];
}

function keys({ made, apiKeyFile }: RunningServer): string[] {
  return [
    ...(made.apiKey === undefined
      ? []
      : [
          `  Momento API key  ${made.apiKey}`,
          `  made now, kept in ${apiKeyFile ?? ''}; it is not printed again`,
          '',
        ]),
    ...(made.credentials === undefined
      ? []
      : [
          '  Requests must be signed with this key pair, made now and not printed again:',
          `  AWS_ACCESS_KEY_ID=${made.credentials.accessKeyId} AWS_SECRET_ACCESS_KEY=${made.credentials.secretAccessKey}`,
          '',
        ]),
  ];
}

function notes({ notes: all }: RunningServer): string[] {
  return all.length === 0 ? [] : ['Notes', ...all.map((note) => `  ${note}`), ''];
}

function credentials({ config }: RunningServer): string[] {
  const pair = isLoopback(config.host)
    ? 'AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local '
    : '';
  return [`  export ${pair}AWS_DEFAULT_REGION=${config.region}`];
}

function nextSteps({ endpoint, apiKeyFile, overview: { pipes, tables } }: RunningServer): string[] {
  const authorization =
    apiKeyFile === undefined ? '$FRESHET_MOMENTO_API_KEY' : `$(cat ${apiKeyFile})`;
  const isArticle =
    pipes.some(({ name }) => name === 'ddb2momento') && tables.some(({ name }) => name === 'user');
  if (!isArticle)
    return [
      `  aws dynamodb list-tables --endpoint-url ${endpoint}`,
      `  npx freshet pipes list --endpoint ${endpoint}`,
    ];
  return [
    `  aws dynamodb put-item --endpoint-url ${endpoint} --table-name user \\`,
    `    --item '{"id":{"S":"001"},"name":{"S":"田中一郎"},"email":{"S":"ichiro@example.com"},"last_purchased_at":{"S":"2023-12-01 10:00:00"}}'`,
    `  curl -H "Authorization: ${authorization}" '${endpoint}/cache/user?key=001'`,
    `  npx freshet pipes show ddb2momento --endpoint ${endpoint}`,
  ];
}
