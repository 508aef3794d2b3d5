import { freshet, pipePath } from './freshet';
import { ApiError } from './http';

/** How far a backfill is. Times are epoch milliseconds. */
export interface Backfill {
  state: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  stateReason?: string;
  /** Items in the table at the beginning, nearly. */
  about: number;
  read: number;
  delivered: number;
  skipped: number;
  filtered: number;
  superseded: number;
  deadLettered: number;
  segments: number;
  segmentsDone: number;
  rate?: number;
  startedAt: number;
  finishedAt?: number;
}

/** The pipe's last backfill; undefined when there was none. */
export async function showBackfill(pipe: string): Promise<Backfill | undefined> {
  try {
    return await freshet<Backfill>('GET', pipePath(pipe, '/backfill'));
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}
export const startBackfill = (
  pipe: string,
  input: { segments?: number; rate?: number },
): Promise<Backfill> => freshet('POST', pipePath(pipe, '/backfill'), input);
export const cancelBackfill = (pipe: string): Promise<Backfill> =>
  freshet('DELETE', pipePath(pipe, '/backfill'));
