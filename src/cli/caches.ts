import type { Command } from 'commander';
import { callServer, withEndpoint } from './client.js';
import { formatTable } from './table.js';

/** Adds `freshet caches create|list|delete`. */
export function addCachesCommands(program: Command): void {
  const caches = program.command('caches').description('the caches of a running server');
  withEndpoint(caches.command('create <name>').description('make a cache')).action(
    async (name: string, { endpoint }: { endpoint: string }) => {
      await callServer(endpoint, 'POST', 'caches', { name });
      process.stdout.write(
        `Cache '${name}' is ready at ${new URL(`/cache/${encodeURIComponent(name)}`, endpoint).href}\n`,
      );
    },
  );
  withEndpoint(caches.command('list').description('list the caches')).action(
    async ({ endpoint }: { endpoint: string }) => {
      const { caches: all } = (await callServer(endpoint, 'GET', 'caches')) as {
        caches: CacheRow[];
      };
      const rows = all.map((cache) => [
        cache.name,
        countOf(cache.items),
        countOf(cache.bytes),
        countOf(cache.hits),
        countOf(cache.misses),
      ]);
      process.stdout.write(formatTable(['NAME', 'ITEMS', 'BYTES', 'HITS', 'MISSES'], rows));
    },
  );
  withEndpoint(
    caches.command('delete <name>').description('delete a cache and all its items'),
  ).action(async (name: string, { endpoint }: { endpoint: string }) => {
    await callServer(endpoint, 'DELETE', `caches/${encodeURIComponent(name)}`);
    process.stdout.write(`Cache '${name}' is deleted.\n`);
  });
}

/** Only caches in memory know how many items they hold. */
function countOf(count: number | undefined): string {
  return count === undefined ? '-' : String(count);
}

interface CacheRow {
  name: string;
  items?: number;
  bytes?: number;
  hits: number;
  misses: number;
}
