import { useCallback, useEffect, useRef, useState } from 'react';

export interface Loaded<T> {
  value: T | undefined;
  error: unknown;
  isLoading: boolean;
  reload: () => void;
}

/**
 * Loads something when the page comes up, when `key` changes, on demand and, if asked for, every so many
 * milliseconds while the page is seen. What was loaded stays until its successor is there.
 */
export function useLoaded<T>(key: string, load: () => Promise<T>, everyMs?: number): Loaded<T> {
  const [state, setState] = useState<{ key: string; value?: T; error?: unknown }>();
  const [isLoading, setLoading] = useState(true);
  const [round, setRound] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    let isWanted = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async (): Promise<void> => {
      try {
        const value = await latest.current();
        if (isWanted) setState({ key, value });
      } catch (error) {
        if (isWanted) setState((before) => ({ ...(before?.key === key && before), key, error }));
      }
      if (!isWanted) return;
      setLoading(false);
      if (everyMs !== undefined) timer = setTimeout(next, everyMs);
    };
    const next = (): void => {
      if (document.hidden) timer = setTimeout(next, everyMs);
      else void run();
    };
    setLoading(true);
    void run();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [key, everyMs, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  const current = state?.key === key ? state : undefined;
  return { value: current?.value, error: current?.error, isLoading, reload };
}
