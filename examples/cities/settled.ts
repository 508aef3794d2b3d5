import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from './progress.js';

/** The part of a pipe's status (`GET /_freshet/pipes/{name}`) that is read here. */
export interface PipeStatus {
  /** Everything that was written so far is handled. */
  idle: boolean;
  delivered: number;
  /** From write to delivery, in milliseconds. */
  delay: { p50: number; p99: number };
  lastFailure?: { reason: string };
}

/** Waits until each pipe has handled all that was written before this call; resolves to their statuses. */
export async function settled(
  endpoint: string,
  pipes: string[],
  progress?: Progress,
): Promise<PipeStatus[]> {
  for (;;) {
    const statuses = await Promise.all(pipes.map((pipe) => statusOf(endpoint, pipe)));
    if (progress) progress.set(Math.max(...statuses.map((status) => status.delivered)));
    if (statuses.every((status) => status.idle)) {
      progress?.set(Infinity);
      return statuses;
    }
    await delay(100);
  }
}

async function statusOf(endpoint: string, pipe: string): Promise<PipeStatus> {
  const answer = await fetch(`${endpoint}/_freshet/pipes/${pipe}`);
  const { status } = (await answer.json()) as { status?: PipeStatus };
  if (!status) throw new Error(`The pipe '${pipe}' does not run.`);
  return status;
}
