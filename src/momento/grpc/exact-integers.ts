import type { MethodDefinition } from '@grpc/grpc-js';
import protobuf from 'google-protobuf';

/**
 * The increments of the protocol with integers of 64 bits as they are: the published messages read them as
 * JavaScript's numbers, which are exact to 2^53 only.
 */
export interface ExactIncrement {
  /** The item, or the dictionary. */
  key: Uint8Array;
  field: Uint8Array;
  amount: bigint;
  ttl_milliseconds: number;
  refresh_ttl: boolean;
}

export interface ExactSum {
  value: bigint;
}

type Definition = MethodDefinition<never, never>;

/** Numbers of the fields in `_IncrementRequest` and `_DictionaryIncrementRequest`. */
const SCALAR_FIELDS = ['key', 'amount', 'ttl'] as const;
const DICTIONARY_FIELDS = ['key', 'field', 'amount', 'ttl', 'refresh'] as const;

/** The definition of Increment, with exact messages. */
export function exactIncrement(definition: unknown): Definition {
  return exact(definition as Definition, SCALAR_FIELDS);
}

/** The definition of DictionaryIncrement, with exact messages. */
export function exactDictionaryIncrement(definition: unknown): Definition {
  return exact(definition as Definition, DICTIONARY_FIELDS);
}

function exact(
  definition: Definition,
  fields: typeof SCALAR_FIELDS | typeof DICTIONARY_FIELDS,
): Definition {
  return {
    ...definition,
    requestDeserialize: (bytes: Buffer) => read(bytes, fields) as never,
    responseSerialize: ({ value }: ExactSum) => {
      const writer = new protobuf.BinaryWriter();
      if (value !== 0n) writer.writeInt64String(1, String(value));
      return Buffer.from(writer.getResultBuffer());
    },
  };
}

function read(
  bytes: Buffer,
  fields: typeof SCALAR_FIELDS | typeof DICTIONARY_FIELDS,
): ExactIncrement {
  const reader = new protobuf.BinaryReader(new Uint8Array(bytes));
  const request: ExactIncrement = {
    key: new Uint8Array(),
    field: new Uint8Array(),
    amount: 0n,
    ttl_milliseconds: 0,
    refresh_ttl: false,
  };
  while (reader.nextField()) {
    switch (fields[reader.getFieldNumber() - 1]) {
      case 'key':
        request.key = reader.readBytes();
        break;
      case 'field':
        request.field = reader.readBytes();
        break;
      case 'amount':
        request.amount = BigInt(reader.readInt64String());
        break;
      case 'ttl':
        request.ttl_milliseconds = reader.readUint64();
        break;
      case 'refresh':
        request.refresh_ttl = reader.readBool();
        break;
      case undefined:
        reader.skipField();
    }
  }
  return request;
}
