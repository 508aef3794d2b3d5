export { DynamoDb, openDynamoDb } from './dynamodb.js';
export type { ItemOutput, PageOutput } from './dynamodb.js';
export type { DynamoDbOptions } from './open-engine.js';
export type { RotationOptions } from './streams/rotation.js';
export type {
  ShardListener,
  StoredStreamRecord,
  StreamLog,
  StreamPosition,
  StreamShard,
  StreamViewType,
} from './streams/stream-log.js';
