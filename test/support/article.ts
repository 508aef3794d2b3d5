import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { PipeSourceParameters, PipeTargetParameters } from '@aws-sdk/client-pipes';

/** The walk-through's own names and values, as each client is to send them. */
export const TABLE: CreateTableCommandInput = {
  TableName: 'user',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
};

/** The input template: a JSON string that is made out of the attributes. */
export const INPUT_TEMPLATE =
  '"{\\"id\\": \\"<$.dynamodb.NewImage.id.S>\\", \\"name\\": \\"<$.dynamodb.NewImage.name.S>\\", \\"email\\": \\"<$.dynamodb.NewImage.email.S>\\", \\"last_purchased_at\\": \\"<$.dynamodb.NewImage.last_purchased_at.S>\\"}"';

export const ITEM = {
  id: { S: '001' },
  name: { S: '田中一郎' },
  email: { S: 'ichiro@example.com' },
  last_purchased_at: { S: '2023-12-01 10:00:00' },
};

/** What the cache holds for the item: the JSON string's content is an object once more. */
export const CACHED = {
  id: '001',
  name: '田中一郎',
  email: 'ichiro@example.com',
  last_purchased_at: '2023-12-01 10:00:00',
};

export const ROLE_ARN =
  'arn:aws:iam::000000000000:role/service-role/Amazon_EventBridge_Pipe_ddb2momento';
export const RATE_LIMIT = 50;

/** SourceParameters and TargetParameters of the pipe `ddb2momento`. */
export const SOURCE_PARAMETERS: PipeSourceParameters = {
  DynamoDBStreamParameters: { StartingPosition: 'LATEST', BatchSize: 1 },
};
export const TARGET_PARAMETERS: PipeTargetParameters = {
  InputTemplate: INPUT_TEMPLATE,
  HttpParameters: {
    PathParameterValues: ['user'],
    HeaderParameters: {},
    QueryStringParameters: { key: '$.dynamodb.Keys.id.S', ttl_seconds: '300' },
  },
};

/** Reads what the cache holds for item 001: the body is a JSON string that holds JSON. */
export function parseCached(text: string): unknown {
  return JSON.parse(JSON.parse(text) as string);
}
