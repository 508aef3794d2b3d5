import { parseEvent, RawEvent } from '../../transformer/index.js';

/** An enrichment answered with more events than a target takes. */
export class TooManyEvents {
  readonly count: number;

  constructor(count: number) {
    this.count = count;
  }

  /** Why that is a failure, for people. */
  get reason(): string {
    return `it answered with ${String(this.count)} events, but the target takes one: let it answer with one object, or with [] to send nothing`;
  }
}

/**
 * The event that an enrichment's answer is, or a `TooManyEvents`. Undefined for `""`, `{}` and `[]`: the target is not
 * called then (documented). A list of one stands for its element (inferred from targets that take one event), so `[{}]`
 * sends an empty object. What is not JSON is passed on as text.
 */
export function readAnswer(text: string): unknown {
  if (text === '') return undefined;
  let event: unknown;
  try {
    event = parseEvent(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return new RawEvent(text);
  }
  if (Array.isArray(event)) return event.length > 1 ? new TooManyEvents(event.length) : event[0];
  const isEmpty =
    event === '' ||
    (typeof event === 'object' && event !== null && Object.keys(event).length === 0);
  return isEmpty ? undefined : event;
}
