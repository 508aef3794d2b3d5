import { cpuMs } from './rig.js';
import type { Target } from './target.js';

/** What a stretch of deliveries took. */
export interface Throughput {
  perSecond: number;
  /** Processor time of the server for each. */
  cpuMicroseconds: number;
}

/** Measures the deliveries of a server from the `from`-th to the `to`-th since the target's last reset. */
export async function throughput(
  target: Target,
  pid: number,
  from: number,
  to: number,
): Promise<Throughput> {
  await target.reaches(from);
  const [started, usedBefore] = [performance.now(), cpuMs(pid)];
  await target.reaches(to);
  const took = performance.now() - started;
  if (target.orderViolations > 0)
    throw new Error(`${String(target.orderViolations)} order violations`);
  return {
    perSecond: (to - from) / (took / 1000),
    cpuMicroseconds: ((cpuMs(pid) - usedBefore) * 1000) / (to - from),
  };
}

export function figures({ perSecond, cpuMicroseconds }: Throughput): string {
  return `${Math.round(perSecond).toLocaleString('en').padStart(7)}/s  ${cpuMicroseconds.toFixed(1).padStart(6)} µs`;
}
