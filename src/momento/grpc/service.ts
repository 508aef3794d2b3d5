import {
  type Metadata,
  type sendUnaryData,
  type ServerUnaryCall,
  type ServerWritableStream,
  type UntypedHandleCall,
} from '@grpc/grpc-js';
import { statusOf } from './status.js';
import type { Faults } from './faults.js';
import type { Log } from '../../lib/log.js';

/** Answers one message with one. `host`: the name by which the client has come. */
export type Unary = (message: unknown, metadata: Metadata, host: string) => Promise<unknown>;
/** Answers one message with a stream of them, which it ends. */
export type Streaming = (call: ServerWritableStream<unknown, unknown>) => Promise<void>;

/** As grpc-js wants its handlers: errors become statuses, and faults that the client asks for come first. */
export function unary(rpc: string, answer: Unary, faults: Faults, log: Log): UntypedHandleCall {
  return (call: ServerUnaryCall<unknown, unknown>, callback: sendUnaryData<unknown>): void => {
    const failure = (error: unknown): void => callback(statusOf(error, log));
    const serve = (): void => {
      // Not `async`: what is thrown before the first wait needs no turn of the event loop.
      answer(call.request, call.metadata, call.getHost()).then(
        (response) => callback(null, response),
        failure,
      );
    };
    const fault = faults.of(rpc, call.metadata);
    if (fault === undefined) serve();
    else fault.then(serve, failure);
  };
}

export function streaming(
  rpc: string,
  answer: Streaming,
  faults: Faults,
  log: Log,
): UntypedHandleCall {
  return (call: ServerWritableStream<unknown, unknown>): void => {
    const run = async (): Promise<void> => {
      await faults.of(rpc, call.metadata);
      await answer(faults.interrupting(rpc, call));
    };
    run().catch((error: unknown) => {
      if (!call.cancelled) call.emit('error', statusOf(error, log));
    });
  };
}
