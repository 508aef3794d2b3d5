import { useCallback, useEffect, useRef, useState } from 'react';
import {
  verifyPipe,
  type Difference,
  type Unknown,
  type VerifyCounts,
  type VerifyInput,
} from '../../api/verify';

/** Differences that are shown; the rest is counted. */
export const MAX_DIFFERENCES = 500;
/** What comes in between is drawn together. */
const DRAW_EVERY_MS = 250;

export interface Verification {
  isRunning: boolean;
  isRepair: boolean;
  checked: number;
  about: number;
  /** Also those that are not shown. */
  found: number;
  shown: readonly (Difference | Unknown)[];
  /** There once it has come to its end. */
  counts?: VerifyCounts;
  error?: unknown;
}

/** Compares a pipe's target with its table, when `start` is called, until `stop` is or the page is left. */
export function useVerify(pipe: string) {
  const [verification, setVerification] = useState<Verification>();
  const running = useRef<AbortController>(undefined);
  const stop = useCallback(() => running.current?.abort(), []);
  useEffect(() => stop, [stop, pipe]);
  const start = useCallback(
    async (input: VerifyInput): Promise<void> => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      const now: Verification = {
        isRunning: true,
        isRepair: input.repair,
        checked: 0,
        about: 0,
        found: 0,
        shown: [],
      };
      const shown: (Difference | Unknown)[] = [];
      const draw = (): void => setVerification({ ...now, shown: [...shown] });
      draw();
      const timer = setInterval(draw, DRAW_EVERY_MS);
      try {
        for await (const event of verifyPipe(pipe, input, controller.signal)) {
          if (event.type === 'progress') Object.assign(now, event);
          else if (event.type === 'end') now.counts = event;
          else {
            now.found += 1;
            if (shown.length < MAX_DIFFERENCES) shown.push(event);
          }
        }
      } catch (error) {
        if (!controller.signal.aborted) now.error = error;
      }
      clearInterval(timer);
      now.isRunning = false;
      // A newer one has taken its place.
      if (running.current === controller) draw();
    },
    [pipe],
  );
  return { verification, start, stop };
}
