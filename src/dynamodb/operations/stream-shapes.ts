import { validationError } from '../errors.js';
import { string, type StringShape } from '../validation/shape.js';

export const streamArn: StringShape = string({ min: 37, max: 1024 });
export const requiredStreamArn: StringShape = { ...streamArn, required: true };
export const shardId: StringShape = string({ min: 28, max: 65 });
export const requiredShardId: StringShape = { ...shardId, required: true };

const STREAM_ARN = /^arn:[^:]+:dynamodb:[^:]*:[^:]*:table\/[a-zA-Z0-9_.-]+\/stream\/[^/]+$/;

/** What cannot be the ARN of a stream is refused as such, not as a stream that is not there (recorded). */
export function checkStreamArn(text: string): void {
  if (!STREAM_ARN.test(text)) throw validationError('Invalid StreamArn');
}
