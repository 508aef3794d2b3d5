export { checkFolder, isTableFolder } from './check/check-folder.js';
export type { Checked, Finding } from './check/findings.js';
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
export { DamagedFolderError } from './storage/damage.js';
export { DataFolderError, makeDataFolder } from './storage/data-folder.js';
export { DataFolderInUseError } from './storage/owner.js';
export { itemSize } from './values/index.js';
