import { useEffect, useState } from 'react';
import { traceOf, type TracedRecord } from '../../api/trace';

const POLL_MS = 700;
/** As many as the pipe itself keeps: the page's memory stays the same however long it looks. */
const MAX_SHOWN = 200;

/** The pipe's last records as things come of them, the newest first. */
export function useTrace(pipe: string, isPaused: boolean) {
  const [records, setRecords] = useState<TracedRecord[]>([]);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    if (isPaused) return undefined;
    let isWanted = true;
    let after: number | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      try {
        const page = await traceOf(pipe, after);
        if (!isWanted) return;
        // The versions of a pipe that was started anew begin again.
        const isAnew = after !== undefined && page.next < after;
        after = isAnew ? undefined : page.next;
        setError(undefined);
        setRecords((before) => merged(isAnew ? [] : before, page.records));
      } catch (failure) {
        if (isWanted) setError(failure);
      }
      if (isWanted) timer = setTimeout(() => void look(), POLL_MS);
    };
    void look();
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [pipe, isPaused]);
  return { records, error };
}

function merged(before: TracedRecord[], changed: TracedRecord[]): TracedRecord[] {
  if (changed.length === 0) return before;
  const byId = new Map([...before, ...changed].map((record) => [record.id, record]));
  return [...byId.values()].sort((one, other) => other.id - one.id).slice(0, MAX_SHOWN);
}
