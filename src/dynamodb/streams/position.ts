import { INVALID_PARAMETER, validationError } from '../errors.js';
import type { ShardDefinition } from './shards.js';
import type { StreamPosition } from './stream-log.js';
import { sequenceOf } from './stream.js';

/** The sequence number behind which to read; `visible` is the newest one that may be seen. */
export function positionIn(
  shard: ShardDefinition,
  position: StreamPosition,
  visible: number,
): number {
  switch (position.type) {
    case 'TRIM_HORIZON':
      return Math.max(shard.start - 1, shard.trimmed);
    case 'LATEST':
      return Math.max(shard.start - 1, Math.min(visible, shard.end ?? visible));
    case 'AFTER':
      return sequenceIn(position.sequenceNumber);
  }
}

/** Throws ValidationException when the text is no sequence number (words: DynamoDB Local's). */
export function sequenceIn(text: string): number {
  const sequence = sequenceOf(text);
  if (sequence === undefined) throw validationError(`${INVALID_PARAMETER}Invalid SequenceNumber`);
  return sequence;
}
