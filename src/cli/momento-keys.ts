import { InvalidArgumentError, Option, type Command } from 'commander';
import { callServer, withEndpoint } from './client.js';
import { formatTable } from './table.js';

interface KeyOptions {
  endpoint: string;
  role: 'all' | 'readwrite' | 'readonly' | 'writeonly';
  cache: string[];
  expires?: number;
  description?: string;
  form: 'v1' | 'v2';
}

interface KeyRow {
  id: string;
  description: string;
  scope: unknown;
  createdAt: number;
  expiresAt?: number;
  revokedAt?: number;
}

/** Adds `freshet momento create-key|list-keys|revoke-key`. */
export function addKeyCommands(momento: Command): void {
  withEndpoint(
    momento
      .command('create-key')
      .description('make an API key; it is printed once and kept nowhere'),
  )
    .addOption(
      new Option('--role <role>', 'what it may do; all: also make and delete caches')
        .choices(['all', 'readwrite', 'readonly', 'writeonly'])
        .default('readwrite'),
    )
    .option('--cache <name>', 'only for this cache and its topics; may be repeated', collect, [])
    .option(
      '--expires <time>',
      'how long it is valid, e.g. 12h, 30d (default: for ever)',
      parseDays,
    )
    .option('--description <text>', 'what it is for')
    .addOption(
      new Option(
        '--form <form>',
        'v2: as the SDK takes with fromApiKeyV2, HTTP clients and pipes; v1: as with fromString',
      )
        .choices(['v1', 'v2'])
        .default('v2'),
    )
    .action(createKey);
  withEndpoint(momento.command('list-keys').description('the API keys that were made')).action(
    listKeys,
  );
  withEndpoint(
    momento.command('revoke-key <id>').description('let an API key in no more, from now on'),
  ).action(async (id: string, { endpoint }: { endpoint: string }) => {
    await callServer(endpoint, 'DELETE', `keys/${encodeURIComponent(id)}`);
    process.stdout.write(`The key ${id} is revoked.\n`);
  });
}

async function createKey(options: KeyOptions): Promise<void> {
  const { endpoint, role, cache, expires, description, form } = options;
  const made = (await callServer(endpoint, 'POST', 'keys', {
    role,
    ...(cache.length > 0 && { caches: cache }),
    ...(expires !== undefined && { validForSeconds: expires }),
    ...(description !== undefined && { description }),
  })) as { id: string; key: string; wrapped: string };
  process.stderr.write(`Key ${made.id}; to revoke it: freshet momento revoke-key ${made.id}\n`);
  process.stdout.write(`${form === 'v1' ? made.wrapped : made.key}\n`);
}

async function listKeys({ endpoint }: { endpoint: string }): Promise<void> {
  const { keys } = (await callServer(endpoint, 'GET', 'keys')) as { keys: KeyRow[] };
  const rows = keys.map(({ id, description, scope, createdAt, expiresAt, revokedAt }) => [
    id,
    description,
    typeof scope === 'string' ? 'all' : scopeText(scope),
    dateOf(createdAt),
    revokedAt === undefined
      ? expiresAt === undefined
        ? 'for ever'
        : `until ${dateOf(expiresAt)}`
      : `revoked ${dateOf(revokedAt)}`,
  ]);
  process.stdout.write(formatTable(['ID', 'DESCRIPTION', 'MAY', 'MADE', 'VALID'], rows));
}

function scopeText(scope: unknown): string {
  const permissions = scope as { on: string; role: string; cache?: string }[];
  const texts = permissions.map(({ on, role, cache = 'any' }) => `${role} ${on} of ${cache}`);
  return texts.join(', ');
}

function dateOf(epochSeconds: number): string {
  return new Date(epochSeconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

/** Seconds. */
function parseDays(text: string): number {
  const match = /^([1-9]\d{0,5})([smhd])$/.exec(text);
  if (!match) throw new InvalidArgumentError('Write a time as 90s, 30m, 12h or 30d.');
  return Number(match[1]) * { s: 1, m: 60, h: 3600, d: 86_400 }[match[2] as 's' | 'm' | 'h' | 'd'];
}

function collect(name: string, all: string[]): string[] {
  return [...all, name];
}
