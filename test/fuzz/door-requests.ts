/** One request to a door of the server: how it is asked, and what comes in its body. */
export interface DoorRequest {
  method: string;
  path: string;
  headers?: Record<string, string>;
  /** Sent as JSON when it is another object than bytes. */
  body?: object | string | Buffer;
}

export const API_KEY = 'fuzz-key-0123456789';
export const CACHE = 'fuzzed';

const ROLE = 'arn:aws:iam::000000000000:role/pipe';
const PIPE = 'arn:aws:pipes:us-east-1:000000000000:pipe/fuzzed';

const QUEUE = 'http://127.0.0.1/000000000000/fuzzed';

const PARAMETERS = {
  HeaderParameters: [{ Key: 'a', Value: 'b', IsValueSecret: true }],
  QueryStringParameters: [{ Key: 'c', Value: 'd' }],
  BodyParameters: [{ Key: 'e', Value: 'f' }],
};
const AUTH = {
  API_KEY: { ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'k' } },
  BASIC: { BasicAuthParameters: { Username: 'u', Password: 'p' } },
  OAUTH_CLIENT_CREDENTIALS: {
    OAuthParameters: {
      AuthorizationEndpoint: 'https://127.0.0.1:1/token',
      HttpMethod: 'POST',
      ClientParameters: { ClientID: 'i', ClientSecret: 's' },
      OAuthHttpParameters: PARAMETERS,
    },
  },
};
const PATTERN = {
  source: ['a', { prefix: 'b' }, { 'anything-but': ['c'] }, { wildcard: '*d*e*' }],
  detail: { n: [{ numeric: ['>', 0, '<=', 5] }, { exists: false }] },
  $or: [{ id: ['1'] }, { account: [null, { cidr: '10.0.0.0/8' }] }],
};
const EVENT = {
  id: '1',
  account: '2',
  source: 'a',
  time: '2026-01-01T00:00:00Z',
  region: 'us-east-1',
  resources: [],
  'detail-type': 't',
  detail: { n: 3 },
};
const PIPE_PARAMETERS = {
  RoleArn: ROLE,
  DesiredState: 'STOPPED',
  Description: 'd',
  SourceParameters: {
    DynamoDBStreamParameters: {
      StartingPosition: 'LATEST',
      BatchSize: 1,
      MaximumBatchingWindowInSeconds: 0,
      MaximumRecordAgeInSeconds: 60,
      MaximumRetryAttempts: 3,
      ParallelizationFactor: 2,
      OnPartialBatchItemFailure: 'AUTOMATIC_BISECT',
      DeadLetterConfig: { Arn: 'arn:aws:sqs:us-east-1:000000000000:dead' },
    },
    FilterCriteria: { Filters: [{ Pattern: JSON.stringify({ eventName: ['INSERT'] }) }] },
  },
  TargetParameters: {
    InputTemplate: '{"id": <$.dynamodb.Keys.id.S>, "all": <aws.pipes.event.json>}',
    HttpParameters: {
      PathParameterValues: ['user', '$.dynamodb.Keys.id.S'],
      HeaderParameters: { 'X-A': 'b' },
      QueryStringParameters: { key: '$.dynamodb.Keys.id.S' },
    },
  },
  Tags: { 'freshet:on-remove': 'DELETE' },
};

const { Tags: _tags, ...PIPE_UPDATE } = PIPE_PARAMETERS;

const API_DESTINATION = {
  InvocationEndpoint: 'https://127.0.0.1:1/cache/*?a=*',
  HttpMethod: 'PUT',
  InvocationRateLimitPerSecond: 50,
};

const events = (operation: string, body: object): DoorRequest => ({
  method: 'POST',
  path: '/',
  headers: {
    'x-amz-target': `AWSEvents.${operation}`,
    'content-type': 'application/x-amz-json-1.1',
  },
  body,
});
const sqs = (operation: string, body: object): DoorRequest => ({
  method: 'POST',
  path: '/',
  headers: {
    'x-amz-target': `AmazonSQS.${operation}`,
    'content-type': 'application/x-amz-json-1.0',
  },
  body,
});
const logs = (operation: string, body: object): DoorRequest => ({
  method: 'POST',
  path: '/',
  headers: {
    'x-amz-target': `Logs_20140328.${operation}`,
    'content-type': 'application/x-amz-json-1.1',
  },
  body,
});
const query = (parameters: Record<string, string>): DoorRequest => ({
  method: 'POST',
  path: '/',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(parameters).toString(),
});
const rest = (method: string, path: string, body?: object): DoorRequest => ({
  method,
  path,
  headers: { 'content-type': 'application/json' },
  ...(body && { body }),
});
const momento = (method: string, path: string, body?: string): DoorRequest => ({
  method,
  path,
  headers: { authorization: API_KEY },
  ...(body !== undefined && { body }),
});

/** What must be there for the requests to be right. */
export interface Resources {
  /** ARNs. */
  stream: string;
  connection: string;
  destination: string;
}

/** Makes them, with names that no request of {@link doorRequests} has. */
export async function makeResources(
  call: (request: DoorRequest) => Promise<object>,
): Promise<Resources> {
  await call(rest('POST', '/_freshet/caches', { name: CACHE }));
  const table = (await call({
    method: 'POST',
    path: '/',
    headers: {
      'x-amz-target': 'DynamoDB_20120810.CreateTable',
      'content-type': 'application/x-amz-json-1.0',
    },
    body: {
      TableName: 'kept',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    },
  })) as { TableDescription: { LatestStreamArn: string } };
  const { ConnectionArn } = (await call(
    events('CreateConnection', {
      Name: 'kept',
      AuthorizationType: 'API_KEY',
      AuthParameters: AUTH.API_KEY,
    }),
  )) as { ConnectionArn: string };
  const { ApiDestinationArn } = (await call(
    events('CreateApiDestination', { ...API_DESTINATION, Name: 'kept', ConnectionArn }),
  )) as { ApiDestinationArn: string };
  return {
    stream: table.TableDescription.LatestStreamArn,
    connection: ConnectionArn,
    destination: ApiDestinationArn,
  };
}

/** Right requests to every door but the tables': what the fuzzer begins with. */
export const doorRequests = ({
  stream,
  connection,
  destination,
}: Resources): readonly DoorRequest[] => [
  ...Object.entries(AUTH).map(([AuthorizationType, AuthParameters]) =>
    events('CreateConnection', {
      Name: `way-${AuthorizationType}`,
      Description: 'd',
      AuthorizationType,
      AuthParameters: { ...AuthParameters, InvocationHttpParameters: PARAMETERS },
    }),
  ),
  events('UpdateConnection', {
    Name: 'way-BASIC',
    AuthorizationType: 'BASIC',
    AuthParameters: AUTH.BASIC,
  }),
  events('DescribeConnection', { Name: 'way-BASIC' }),
  events('ListConnections', { NamePrefix: 'w', ConnectionState: 'AUTHORIZED', Limit: 5 }),
  events('DeauthorizeConnection', { Name: 'way-BASIC' }),
  events('DeleteConnection', { Name: 'way-BASIC' }),
  events('CreateApiDestination', {
    ...API_DESTINATION,
    Name: 'target',
    ConnectionArn: connection,
  }),
  events('UpdateApiDestination', { Name: 'target', HttpMethod: 'POST' }),
  events('DescribeApiDestination', { Name: 'target' }),
  events('ListApiDestinations', { ConnectionArn: connection, Limit: 1 }),
  events('DeleteApiDestination', { Name: 'target' }),
  events('TestEventPattern', {
    EventPattern: JSON.stringify(PATTERN),
    Event: JSON.stringify(EVENT),
  }),
  rest('POST', '/v1/pipes/fuzzed', {
    ...PIPE_PARAMETERS,
    Source: stream,
    Target: destination,
  }),
  rest('PUT', '/v1/pipes/fuzzed', { ...PIPE_UPDATE, Target: destination }),
  rest('GET', '/v1/pipes/fuzzed'),
  rest('POST', '/v1/pipes/fuzzed/start'),
  rest('POST', '/v1/pipes/fuzzed/stop'),
  rest('GET', '/v1/pipes?NamePrefix=f&Limit=10&CurrentState=STOPPED'),
  rest('GET', `/tags/${encodeURIComponent(PIPE)}`),
  rest('POST', `/tags/${encodeURIComponent(PIPE)}`, { tags: { a: 'b' } }),
  rest('DELETE', `/tags/${encodeURIComponent(PIPE)}?tagKeys=a&tagKeys=b`),
  momento('PUT', `/cache/${CACHE}?key=a%20b&ttl_seconds=60`, 'the value'),
  momento('GET', `/cache/${CACHE}?key=a%20b`),
  momento('GET', `/cache/${CACHE}?key_base64=YSBi`),
  momento('GET', `/cache/${CACHE}/a%20b`),
  momento('DELETE', `/cache/${CACHE}?key=a%20b`),
  momento('OPTIONS', `/cache/${CACHE}`),
  momento('POST', `/topics/${CACHE}/news`, 'a message'),
  rest('GET', '/_freshet/caches'),
  rest('POST', '/_freshet/caches', { name: 'another' }),
  rest('DELETE', '/_freshet/caches/another'),
  rest('GET', '/_freshet/pipes'),
  rest('GET', '/_freshet/pipes/fuzzed'),
  rest('GET', '/_freshet/pipes/fuzzed/metrics?minutes=10'),
  rest('GET', '/_freshet/pipes/fuzzed/dead-letters?limit=10&after=x'),
  rest('GET', '/_freshet/health'),
  rest('DELETE', '/v1/pipes/fuzzed'),
  sqs('CreateQueue', {
    QueueName: 'fuzzed',
    Attributes: { VisibilityTimeout: '0', RedriveAllowPolicy: '{"redrivePermission":"allowAll"}' },
    tags: { a: 'b' },
  }),
  sqs('GetQueueUrl', { QueueName: 'fuzzed' }),
  sqs('ListQueues', { QueueNamePrefix: 'f', MaxResults: 5 }),
  sqs('SetQueueAttributes', { QueueUrl: QUEUE, Attributes: { DelaySeconds: '0' } }),
  sqs('GetQueueAttributes', { QueueUrl: QUEUE, AttributeNames: ['All'] }),
  sqs('SendMessage', {
    QueueUrl: QUEUE,
    MessageBody: 'a',
    DelaySeconds: 0,
    MessageAttributes: {
      n: { DataType: 'Number', StringValue: '1' },
      b: { DataType: 'Binary', BinaryValue: 'AP8=' },
    },
  }),
  sqs('SendMessageBatch', { QueueUrl: QUEUE, Entries: [{ Id: 'a', MessageBody: 'b' }] }),
  sqs('ReceiveMessage', {
    QueueUrl: QUEUE,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 0,
    VisibilityTimeout: 0,
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  }),
  sqs('DeleteMessageBatch', { QueueUrl: QUEUE, Entries: [{ Id: 'a', ReceiptHandle: 'x' }] }),
  sqs('TagQueue', { QueueUrl: QUEUE, Tags: { c: 'd' } }),
  sqs('UntagQueue', { QueueUrl: QUEUE, TagKeys: ['c'] }),
  sqs('ListQueueTags', { QueueUrl: QUEUE }),
  sqs('ListDeadLetterSourceQueues', { QueueUrl: QUEUE }),
  logs('CreateLogGroup', { logGroupName: '/fuzzed' }),
  logs('CreateLogStream', { logGroupName: '/fuzzed', logStreamName: 's' }),
  logs('PutLogEvents', {
    logGroupName: '/fuzzed',
    logStreamName: 's',
    logEvents: [{ timestamp: 1, message: 'a' }],
  }),
  logs('FilterLogEvents', {
    logGroupName: '/fuzzed',
    filterPattern: '"a"',
    limit: 1,
    startTime: 0,
  }),
  logs('GetLogEvents', { logGroupName: '/fuzzed', logStreamName: 's', startFromHead: true }),
  logs('DescribeLogStreams', { logGroupName: '/fuzzed', orderBy: 'LastEventTime', limit: 5 }),
  logs('DescribeLogGroups', { logGroupNamePrefix: '/f', limit: 5 }),
  logs('DeleteLogGroup', { logGroupName: '/fuzzed' }),
  query({
    Action: 'SendMessage',
    Version: '2012-11-05',
    QueueUrl: QUEUE,
    MessageBody: 'a',
    'MessageAttribute.1.Name': 'n',
    'MessageAttribute.1.Value.DataType': 'String',
    'MessageAttribute.1.Value.StringValue': 'v',
  }),
  query({
    Action: 'ReceiveMessage',
    Version: '2012-11-05',
    QueueUrl: QUEUE,
    'AttributeName.1': 'All',
  }),
  sqs('DeleteQueue', { QueueUrl: QUEUE }),
  query({ Action: 'GetCallerIdentity', Version: '2011-06-15' }),
];
