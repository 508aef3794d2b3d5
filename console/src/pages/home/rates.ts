import { useEffect, useRef, useState } from 'react';
import type { PipeState } from '../../api/freshet';

/** Deliveries a second of each pipe between the last two looks at it; absent before there were two. */
export function useRates(pipes: PipeState[] | undefined): ReadonlyMap<string, number> {
  const before = useRef(new Map<string, { at: number; delivered: number }>());
  const [rates, setRates] = useState<ReadonlyMap<string, number>>(new Map());
  useEffect(() => {
    if (!pipes) return;
    const at = performance.now();
    const next = new Map<string, number>();
    for (const { name, status } of pipes) {
      if (!status) {
        before.current.delete(name);
        continue;
      }
      const last = before.current.get(name);
      if (last && status.delivered >= last.delivered)
        next.set(name, ((status.delivered - last.delivered) * 1000) / (at - last.at));
      before.current.set(name, { at, delivered: status.delivered });
    }
    setRates(next);
  }, [pipes]);
  return rates;
}
