import type { PageProperties } from '..';
import { CacheList } from './cache-list';
import { CachePage } from './cache-page';

/** `caches`, `caches/cache/{name}`. */
export default function Caches({ route }: PageProperties) {
  const [, action, name] = route;
  if (action === 'cache' && name !== undefined) return <CachePage name={name} key={name} />;
  return <CacheList />;
}
