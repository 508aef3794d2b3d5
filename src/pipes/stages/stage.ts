import type { Attempt, AttemptReceiver } from '../../destinations/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import type { PipeVariables } from '../../transformer/index.js';

/** An event cannot be turned into a request, now or later. The message is for the user. */
export class RequestError extends Error {}

/** Why nothing was sent, for people: only a RequestError's message is for them. */
export function reasonOf(error: unknown): string {
  return error instanceof RequestError ? error.message : 'Internal error: see the log.';
}

/** What a stage works on. */
export interface StageInput {
  /** The record, or what the enrichment made of it; a RawEvent when that is not JSON. */
  readonly event: unknown;
  readonly variables: PipeVariables;
  /** The record that it began with. */
  readonly record: ChangeRecord;
  /** To be called with the payload when the request is made, before it is sent. */
  readonly onRequest?: ((payload: string) => void) | undefined;
}

/** Says only when the request is made what it is made of. */
export type LateInput = () => StageInput;

/** A target as a pipe sees it: takes one event at a time. */
export interface Target {
  /** All `$.…` paths that its parameters and template read, without duplicates. */
  readonly paths: readonly string[];
  /**
   * Makes a request of the event, sends it once, and tells what came of it. Throws RequestError, or tells of
   * it, when nothing sensible can be sent. An input that is a function is asked for when the request is made.
   */
  send(input: StageInput | LateInput, signal: AbortSignal, receiver: AttemptReceiver): void;
  /** Events per second that it takes; undefined when there is no limit, or no such target. */
  rateLimit(): Promise<number | undefined>;
  /** Events per second at which it is sent to while its answers ask for less than that; else undefined. */
  loweredRate(): number | undefined;
}

/** Has a receiver told what a promise of an attempt comes to. */
export function tellWhenMade(attempt: Promise<Attempt>, receiver: AttemptReceiver): void {
  void attempt.then(
    (made) => receiver.attempted(made),
    (error: unknown) => receiver.unmade(error),
  );
}

/** What came of sending to a target. Rejects with what it throws or tells of. */
export function sentTo(
  target: Target,
  input: StageInput | LateInput,
  signal: AbortSignal,
): Promise<Attempt> {
  return new Promise((attempted, unmade) => {
    target.send(input, signal, { attempted, unmade });
  });
}
