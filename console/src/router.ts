import { useState, useSyncExternalStore } from 'react';

/** The address of a page inside the console, e.g. `#/tables/user`. */
export function href(...segments: string[]): string {
  return `#/${segments.map(encodeURIComponent).join('/')}`;
}

export function navigate(...segments: string[]): void {
  location.hash = href(...segments);
}

/** The segments of the page that is shown. */
export function useRoute(): string[] {
  const hash = useSyncExternalStore(subscribe, () => shown);
  return partsOf(hash);
}

function partsOf(hash: string): string[] {
  return hash
    .replace(/^#\/?/, '')
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);
}

/** The address of the page that is shown, without what {@link usePart} has changed since. */
let shown = location.hash;
let navigated = false;
addEventListener('hashchange', () => {
  navigated = true;
  shown = location.hash;
});
/** Whether another page was shown before this one. */
export function wasNavigated(): boolean {
  return navigated;
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
    return segment;
  }
}

/**
 * Which part of a page is shown, kept in the address behind `route`, so that the address brings it back. The page is not
 * built anew when it changes.
 */
export function usePart<T extends string>(
  route: string[],
  parts: readonly T[],
): [T, (part: string) => void] {
  const [part, setPart] = useState<T>(() => {
    const begun = partsOf(location.hash)[route.length];
    return parts.find((one) => one === begun) ?? parts[0]!;
  });
  return [
    part,
    (chosen) => {
      const found = parts.find((one) => one === chosen);
      if (found === undefined) return;
      setPart(found);
      history.replaceState(null, '', href(...route, found));
    },
  ];
}
