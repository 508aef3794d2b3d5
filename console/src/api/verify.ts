import { pipePath } from './freshet';
import { ApiError, open } from './http';
import { linesOf } from './lines';

/** Something that the target holds otherwise than the table. */
export interface Difference {
  type: 'difference';
  kind: 'missing' | 'stale' | 'extra';
  keys?: Record<string, Record<string, unknown>>;
  url: string;
  expected?: string;
  actual?: string;
  repaired?: boolean;
}
/** An item of which nobody can tell. */
export interface Unknown {
  type: 'unknown';
  keys?: Record<string, Record<string, unknown>>;
  reason: string;
}
export interface VerifyCounts {
  checked: number;
  filtered: number;
  missing: number;
  stale: number;
  extra: number;
  unknown: number;
  repaired: number;
  /** Whether what is no item was looked for, too. */
  searched: boolean;
}
export type VerifyEvent =
  | Difference
  | Unknown
  | { type: 'progress'; checked: number; about: number }
  | ({ type: 'end' } & VerifyCounts);

export interface VerifyInput {
  repair: boolean;
  keepExtra: boolean;
  settleMs: number;
}

/** Compares target and table; what is found comes as it is found. Ends when `signal` aborts. */
export async function* verifyPipe(
  pipe: string,
  input: VerifyInput,
  signal: AbortSignal,
): AsyncGenerator<VerifyEvent> {
  const response = await open({
    method: 'POST',
    target: `/_freshet/${pipePath(pipe, '/verify')}`,
    service: 'freshet',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
    signal,
  });
  for await (const line of linesOf(response)) {
    const event = JSON.parse(line) as
      VerifyEvent | { type: 'error'; code: string; message: string };
    if (event.type === 'error') throw new ApiError(event.code, event.message, response.status);
    yield event;
  }
}
