import { string, type StringShape } from '../validation/shape.js';

export const streamArn: StringShape = string({ min: 37, max: 1024 });
export const requiredStreamArn: StringShape = { ...streamArn, required: true };
export const shardId: StringShape = string({ min: 28, max: 65 });
export const requiredShardId: StringShape = { ...shardId, required: true };
