import {
  openCacheStore,
  openValkeyCaches,
  type CacheStoreOptions,
  type Caches,
} from '../momento/index.js';
import { StartError } from './start-error.js';

export interface CachesOptions extends CacheStoreOptions {
  /** `memory`, or the URL of a Valkey or Redis server. */
  backend: string;
  /** Where items lie on that server. */
  keyFormat?: string;
}

const PROTOCOLS = /^(valkeys?|rediss?):$/;

/** Opens the caches where an option says. Rejects with StartError when that is nowhere. */
export async function openCaches(options: CachesOptions): Promise<Caches> {
  const { backend, keyFormat, caches } = options;
  if (backend === 'memory') return openCacheStore(options);
  const url = URL.canParse(backend) ? new URL(backend) : undefined;
  if (url === undefined || !PROTOCOLS.test(url.protocol))
    throw new StartError(
      'The cache backend must be memory, or the URL of a Valkey or Redis server, e.g. valkey://127.0.0.1:6379 (valkeys:// with TLS).',
    );
  return openValkeyCaches({
    url,
    ...(keyFormat !== undefined && { keyFormat }),
    ...(caches && { caches }),
  }).catch((error: unknown) => {
    throw new StartError((error as Error).message, { cause: error });
  });
}
