import { useEffect, useState } from 'react';
import { traceOf, watchTrace, type TracedRecord } from '../../api/trace';

/** As many as the pipe itself keeps: the page's memory stays the same however long it looks. */
const MAX_SHOWN = 200;
/** What comes in between is drawn together. */
const DRAW_EVERY_MS = 250;
/** Waits before a watch that broke off is begun again. */
const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 10_000;

export interface WatchedTrace {
  records: readonly TracedRecord[];
  /** Records that came too fast for this page. */
  dropped: number;
  error: unknown;
}

const NOTHING: WatchedTrace = { records: [], dropped: 0, error: undefined };

/** The pipe's last records as things come of them, the newest first. */
export function useTrace(pipe: string, isPaused: boolean): WatchedTrace {
  const [watched, setWatched] = useState<WatchedTrace>(NOTHING);
  useEffect(() => setWatched(NOTHING), [pipe]);
  useEffect(() => {
    if (isPaused) return undefined;
    const end = new AbortController();
    const news = new Map<number, TracedRecord>();
    let dropped = 0;
    let isAnew = false;
    let failures = 0;
    const take = (record: TracedRecord): void => {
      news.delete(record.id);
      news.set(record.id, record);
      // A page in the background is drawn seldom.
      if (news.size > MAX_SHOWN) news.delete(news.keys().next().value!);
    };
    const draw = (error?: unknown): void => {
      if (
        end.signal.aborted ||
        (news.size === 0 && dropped === 0 && !isAnew && error === undefined)
      )
        return;
      const [records, lost, begin] = [[...news.values()], dropped, isAnew];
      news.clear();
      dropped = 0;
      isAnew = false;
      setWatched((before) => ({
        records: merged(begin ? [] : before.records, records),
        dropped: before.dropped + lost,
        error,
      }));
    };
    const timer = setInterval(draw, DRAW_EVERY_MS);
    const watch = async (signal: AbortSignal): Promise<void> => {
      // Listening begins before the list is read: nothing is lost in between.
      const events = await watchTrace(pipe, signal);
      const page = await traceOf(pipe);
      isAnew = true;
      news.clear();
      for (const record of page.records) take(record);
      draw();
      failures = 0;
      for await (const event of events)
        if (event.type === 'dropped') dropped += event.count;
        else take(event.record);
    };
    const keepWatching = async (): Promise<void> => {
      for (;;) {
        const attempt = new AbortController();
        const stop = (): void => attempt.abort();
        end.signal.addEventListener('abort', stop);
        try {
          await watch(attempt.signal);
        } catch (error) {
          draw(error);
        }
        end.signal.removeEventListener('abort', stop);
        stop();
        if (end.signal.aborted) return;
        failures += 1;
        await delay(Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), MAX_RETRY_MS), end.signal);
      }
    };
    void keepWatching();
    return () => {
      end.abort();
      clearInterval(timer);
    };
  }, [pipe, isPaused]);
  return watched;
}

function merged(before: readonly TracedRecord[], changed: TracedRecord[]): TracedRecord[] {
  const byId = new Map([...before, ...changed].map((record) => [record.id, record]));
  return [...byId.values()].sort((one, other) => other.id - one.id).slice(0, MAX_SHOWN);
}

function delay(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
