import type { MethodDefinition } from '@grpc/grpc-js';

/**
 * Get and Set, singly and in batches, are most of what a cache is asked: their messages are read and written here
 * as plain objects, without the published classes, which cost several times as much.
 */
export interface PlainGet {
  cache_key: Uint8Array;
}

export interface PlainSet extends PlainGet {
  cache_body: Uint8Array;
  ttl_milliseconds: number;
}

/** What a Get found; undefined: nothing. */
export interface PlainFound {
  value: Buffer | undefined;
}

/** The number of `ECacheResult` in `_GetResponse` and `_SetResponse`, as a field of its own. */
const OK = Buffer.from([0x08, 1]);
const HIT = 2;
const MISS = Buffer.from([0x08, 3]);
const RESULT_TAG = 0x08;
const BODY_TAG = 0x12;
/** Result, tag and the longest length of a value that gRPC carries. */
const MAX_HEAD_BYTES = 3 + 5;

type Definition = MethodDefinition<never, never>;

/** The definition of Get, with plain messages. */
export function plainGet(definition: unknown): Definition {
  return { ...(definition as Definition), requestDeserialize: read, responseSerialize: writeFound };
}

/** The definition of Set, with plain messages. */
export function plainSet(definition: unknown): Definition {
  return { ...(definition as Definition), requestDeserialize: read, responseSerialize: () => OK };
}

/** The definition of GetBatch, with plain answers. */
export function plainGetBatch(definition: unknown): Definition {
  return { ...(definition as Definition), responseSerialize: writeFound };
}

/** The definition of SetBatch, with plain answers. */
export function plainSetBatch(definition: unknown): Definition {
  return { ...(definition as Definition), responseSerialize: () => OK };
}

function writeFound({ value }: PlainFound): Buffer {
  if (value === undefined) return MISS;
  const bytes = Buffer.allocUnsafe(MAX_HEAD_BYTES + value.length);
  bytes[0] = RESULT_TAG;
  bytes[1] = HIT;
  bytes[2] = BODY_TAG;
  let at = 3;
  let length = value.length;
  for (; length > 0x7f; length >>>= 7) bytes[at++] = (length & 0x7f) | 0x80;
  bytes[at++] = length;
  bytes.set(value, at);
  return bytes.subarray(0, at + value.length);
}

/** `_GetRequest`, and `_SetRequest`, which has the same key. Bytes are views of the message's. */
function read(bytes: Buffer): never {
  const request: PlainSet = { cache_key: EMPTY, cache_body: EMPTY, ttl_milliseconds: 0 };
  const reader = new Reader(bytes);
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    if (tag === 0x0a) request.cache_key = reader.bytes();
    else if (tag === 0x12) request.cache_body = reader.bytes();
    else if (tag === 0x18) request.ttl_milliseconds = reader.varint();
    else reader.skip(tag & 7);
  }
  return request as never;
}

const EMPTY = Buffer.alloc(0);

/** Reads protobuf's wire format. Throws an Error on what is none, which gRPC answers with INTERNAL. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Numbers above 2^53 are not exact. */
  varint(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 63; factor *= 0x80) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw truncated();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw new Error('A number of the message is longer than 64 bits.');
  }

  bytes(): Buffer {
    const length = this.varint();
    return this.#bytes.subarray(this.#at, this.#pass(length));
  }

  skip(wireType: number): void {
    if (wireType === 0) this.varint();
    else if (wireType === 1) this.#pass(8);
    else if (wireType === 2) this.bytes();
    else if (wireType === 5) this.#pass(4);
    else throw new Error(`The message has a field of the unknown type ${wireType}.`);
  }

  #pass(length: number): number {
    this.#at += length;
    if (this.#at > this.#bytes.length) throw truncated();
    return this.#at;
  }
}

function truncated(): Error {
  return new Error('The message ends too early.');
}
