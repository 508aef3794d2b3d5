export { DynamoDb, openDynamoDb } from './dynamodb.js';
export type { DynamoDbOptions, ItemOutput, PageOutput } from './dynamodb.js';
export type {
  StoredStreamRecord,
  StreamLog,
  StreamPosition,
  StreamShard,
  StreamViewType,
} from './streams/stream-log.js';
