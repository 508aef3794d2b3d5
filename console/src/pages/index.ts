import { lazy, type ComponentType, type LazyExoticComponent } from 'react';

export interface PageProperties {
  /** The segments of the address, e.g. `['tables', 'user']`. */
  route: string[];
}
type PageComponent = LazyExoticComponent<ComponentType<PageProperties>>;

/** Each area of the console is loaded when it is first looked at. */
const AREAS: Readonly<Record<string, PageComponent>> = {
  caches: lazy(() => import('./caches')),
  connections: lazy(() => import('./connections')),
  'api-destinations': lazy(() => import('./api-destinations')),
  pipes: lazy(() => import('./pipes')),
  tables: lazy(() => import('./tables')),
};
const HOME = lazy(() => import('./home'));
const NOT_FOUND = lazy(() => import('./not-found'));

/** The component that shows a route. */
export function pageOf(route: string[]): PageComponent {
  const [area] = route;
  if (area === undefined) return HOME;
  return (Object.hasOwn(AREAS, area) ? AREAS[area] : undefined) ?? NOT_FOUND;
}
