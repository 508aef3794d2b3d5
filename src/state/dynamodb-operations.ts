import type { Item } from '../lib/attribute-value.js';

/**
 * The DynamoDB operations that `state` needs, in the wire's own shapes. The embedded table engine fits
 * it, and so does a thin wrapper of the AWS SDK. Errors are `AwsError`s with the service's codes,
 * `ConditionalCheckFailedException` among them.
 */
export interface DynamoDbOperations {
  describeTable(input: { TableName: string }): Promise<unknown>;
  createTable(input: Record<string, unknown>): Promise<unknown>;
  getItem(input: { TableName: string; Key: Item; ConsistentRead: true }): Promise<{ Item?: Item }>;
  putItem(input: WriteInput & { Item: Item }): Promise<unknown>;
  deleteItem(input: WriteInput & { Key: Item }): Promise<unknown>;
  query(input: QueryInput): Promise<{ Items: Item[]; LastEvaluatedKey?: Item }>;
}

export interface WriteInput {
  TableName: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
}

export interface QueryInput {
  TableName: string;
  KeyConditionExpression: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues: Item;
  ConsistentRead: true;
  ScanIndexForward?: boolean;
  Limit?: number;
  ExclusiveStartKey?: Item;
}
