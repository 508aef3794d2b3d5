import { status, type Metadata, type ServerWritableStream } from '@grpc/grpc-js';
import { sleep } from '../../lib/clock.js';
import { invalidArgument } from '../momento-error.js';
import { textOf } from './call.js';
import { InjectedFault, statusOf } from './status.js';

/** Requests whose faults are counted at a time; the oldest are forgotten. */
const MAX_COUNTED = 10_000;

/**
 * Faults that a client asks for in its metadata, as Momento's local server serves them, to test how programs
 * meet them: `return-error` for the RPCs in `error-rpcs`, `error-count` times in all; a delay of `delay-ms`
 * for those in `delay-rpcs`, `delay-count` times; `stream-error` after `stream-error-message-limit` messages
 * of the streams in `stream-error-rpcs`. Counted by `request-id`. A delay comes before an error (inferred).
 */
export class Faults {
  readonly #areServed: boolean;
  readonly #counts = new Map<string, number>();

  /** `areServed` false: such metadata mean nothing. */
  constructor(areServed: boolean) {
    this.#areServed = areServed;
  }

  /** Undefined for a call without faults; else it resolves after the delay, or rejects with the error. */
  of(rpc: string, metadata: Metadata): Promise<void> | undefined {
    if (!this.#areServed || metadata.get('request-id').length === 0) return undefined;
    const name = faultNameOf(rpc);
    const isDelayed = this.#applies(metadata, name, 'delay-rpcs', 'delay-count');
    const isFailed = this.#applies(metadata, name, 'error-rpcs', 'error-count');
    if (!isDelayed && !isFailed) return undefined;
    return this.#suffer(metadata, isDelayed, isFailed);
  }

  /** The call, failing after as many messages as the client asks for. */
  interrupting(
    rpc: string,
    call: ServerWritableStream<unknown, unknown>,
  ): ServerWritableStream<unknown, unknown> {
    const { metadata } = call;
    const isInterrupted =
      this.#areServed && namesOf(metadata, 'stream-error-rpcs').includes(faultNameOf(rpc));
    if (!isInterrupted) return call;
    let left = Number(textOf(metadata, 'stream-error-message-limit'));
    const write = call.write.bind(call) as (message: unknown) => boolean;
    call.write = ((message: unknown): boolean => {
      if (left > 0) {
        left -= 1;
        return write(message);
      }
      call.emit('error', statusOf(faultOf(textOf(metadata, 'stream-error'))));
      return false;
    }) as typeof call.write;
    return call;
  }

  async #suffer(metadata: Metadata, isDelayed: boolean, isFailed: boolean): Promise<void> {
    if (isDelayed) await sleep(Number(textOf(metadata, 'delay-ms')));
    if (isFailed) throw faultOf(textOf(metadata, 'return-error'));
  }

  #applies(metadata: Metadata, name: string, rpcs: string, limit: string): boolean {
    if (!namesOf(metadata, rpcs).includes(name)) return false;
    const most = textOf(metadata, limit);
    if (most === '') return true;
    const id = `${textOf(metadata, 'request-id')} ${limit} ${name}`;
    const count = (this.#counts.get(id) ?? 0) + 1;
    if (count > Number(most)) return false;
    this.#counts.set(id, count);
    if (this.#counts.size > MAX_COUNTED) this.#counts.delete(this.#counts.keys().next().value!);
    return true;
  }
}

function namesOf(metadata: Metadata, header: string): string[] {
  return textOf(metadata, header).split(' ');
}

/** The names of RPCs in such metadata, e.g. `set-if` for SetIf (recorded). */
function faultNameOf(rpc: string): string {
  if (rpc === 'ListErase') return 'list-remove';
  if (rpc === 'Publish' || rpc === 'Subscribe') return `topic-${rpc.toLowerCase()}`;
  return rpc.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
}

function faultOf(name: string): InjectedFault {
  const code = (status as unknown as Record<string, status | undefined>)[
    name.replaceAll('-', '_').toUpperCase()
  ];
  if (code !== undefined) return new InjectedFault(code);
  throw invalidArgument(`'${name}' is no status; ask for one as unavailable or not-found.`);
}
