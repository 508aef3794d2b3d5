/** Right requests of every operation: what the fuzzer begins with. */
const key = { pk: { S: 'a' }, sk: { N: '1' } };
const item = {
  ...key,
  text: { S: 'x' },
  list: { L: [{ S: 'a' }, { M: { deep: { BOOL: true } } }] },
  names: { SS: ['a', 'b'] },
  blob: { B: 'AAE=' },
  none: { NULL: true },
};
const TableName = 'fuzzed';
const names = { '#t': 'text' };
const values = { ':v': { S: 'x' }, ':n': { N: '1' } };
const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/fuzzed';
const stream = `${arn}/stream/2026-01-01T00:00:00.000`;

export const TABLE = {
  TableName,
  BillingMode: 'PAY_PER_REQUEST',
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'N' },
    { AttributeName: 'text', AttributeType: 'S' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byText',
      KeySchema: [{ AttributeName: 'text', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['list'] },
    },
  ],
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  Tags: [{ Key: 'team', Value: 'a' }],
};

/** Target prefix, operation, input. */
export const REQUESTS: readonly (readonly [string, object])[] = [
  ['CreateTable', { ...TABLE, TableName: 'another' }],
  ['DescribeTable', { TableName }],
  ['ListTables', { Limit: 10, ExclusiveStartTableName: 'a' }],
  ['DeleteTable', { TableName: 'another' }],
  [
    'UpdateTable',
    {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: false,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' },
    },
  ],
  [
    'UpdateTimeToLive',
    { TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: 't' } },
  ],
  ['DescribeTimeToLive', { TableName }],
  ['TagResource', { ResourceArn: arn, Tags: [{ Key: 'a', Value: 'b' }] }],
  ['UntagResource', { ResourceArn: arn, TagKeys: ['a'] }],
  ['ListTagsOfResource', { ResourceArn: arn, NextToken: 'x' }],
  ['DescribeLimits', {}],
  ['DescribeEndpoints', {}],
  ['DescribeContinuousBackups', { TableName }],
  ['CreateBackup', { TableName, BackupName: 'one' }],
  ['ListBackups', { TableName, Limit: 3 }],
  [
    'PutItem',
    {
      TableName,
      Item: item,
      ConditionExpression: 'attribute_not_exists(pk) OR #t = :v AND size(list) > :n',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
      ReturnValues: 'ALL_OLD',
      ReturnConsumedCapacity: 'INDEXES',
      ReturnItemCollectionMetrics: 'SIZE',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  ],
  ['PutItem', { TableName, Item: item, Expected: { text: { Exists: false } } }],
  [
    'GetItem',
    {
      TableName,
      Key: key,
      ProjectionExpression: '#t, list[0].deep',
      ExpressionAttributeNames: names,
      ConsistentRead: true,
    },
  ],
  ['GetItem', { TableName, Key: key, AttributesToGet: ['text'] }],
  [
    'UpdateItem',
    {
      TableName,
      Key: key,
      UpdateExpression: 'SET #t = if_not_exists(#t, :v), list[3] = :v REMOVE none ADD total :n',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
      ReturnValues: 'UPDATED_NEW',
    },
  ],
  [
    'UpdateItem',
    { TableName, Key: key, AttributeUpdates: { text: { Action: 'PUT', Value: { S: 'y' } } } },
  ],
  [
    'DeleteItem',
    {
      TableName,
      Key: key,
      ConditionExpression: 'contains(names, :v)',
      ExpressionAttributeValues: { ':v': { S: 'a' } },
    },
  ],
  [
    'Query',
    {
      TableName,
      KeyConditionExpression: 'pk = :v AND sk BETWEEN :n AND :n',
      FilterExpression: 'begins_with(#t, :v) AND attribute_type(blob, :b)',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ...values, ':b': { S: 'B' } },
      Limit: 5,
      ScanIndexForward: false,
      ExclusiveStartKey: key,
      Select: 'ALL_ATTRIBUTES',
    },
  ],
  [
    'Query',
    {
      TableName,
      IndexName: 'byText',
      KeyConditions: { text: { ComparisonOperator: 'EQ', AttributeValueList: [{ S: 'x' }] } },
    },
  ],
  [
    'Scan',
    {
      TableName,
      Segment: 0,
      TotalSegments: 2,
      FilterExpression: 'text IN (:v, :n)',
      ExpressionAttributeValues: values,
      Limit: 3,
    },
  ],
  [
    'Scan',
    {
      TableName,
      ScanFilter: {
        text: { ComparisonOperator: 'BETWEEN', AttributeValueList: [{ S: 'a' }, { S: 'z' }] },
      },
      ConditionalOperator: 'AND',
    },
  ],
  ['BatchGetItem', { RequestItems: { [TableName]: { Keys: [key], ProjectionExpression: 'pk' } } }],
  [
    'BatchWriteItem',
    {
      RequestItems: {
        [TableName]: [
          { PutRequest: { Item: item } },
          { DeleteRequest: { Key: { ...key, sk: { N: '2' } } } },
        ],
      },
    },
  ],
  ['TransactGetItems', { TransactItems: [{ Get: { TableName, Key: key } }] }],
  [
    'TransactWriteItems',
    {
      ClientRequestToken: 'token',
      TransactItems: [
        { Put: { TableName, Item: item } },
        {
          Update: {
            TableName,
            Key: { ...key, sk: { N: '3' } },
            UpdateExpression: 'SET #t = :v',
            ExpressionAttributeNames: names,
            ExpressionAttributeValues: { ':v': { S: 'x' } },
          },
        },
        { Delete: { TableName, Key: { ...key, sk: { N: '4' } } } },
        {
          ConditionCheck: {
            TableName,
            Key: { ...key, sk: { N: '5' } },
            ConditionExpression: 'attribute_not_exists(pk)',
          },
        },
      ],
    },
  ],
  [
    'ExecuteStatement',
    {
      Statement: `SELECT * FROM "${TableName}" WHERE pk = ? AND sk > 0`,
      Parameters: [{ S: 'a' }],
      Limit: 2,
    },
  ],
  [
    'BatchExecuteStatement',
    { Statements: [{ Statement: `SELECT * FROM "${TableName}" WHERE pk='a' AND sk=1` }] },
  ],
  [
    'ExecuteTransaction',
    {
      TransactStatements: [{ Statement: `INSERT INTO "${TableName}" VALUE {'pk': 'z', 'sk': 9}` }],
    },
  ],
  ['ListStreams', { TableName, Limit: 2 }],
  ['DescribeStream', { StreamArn: stream, Limit: 1 }],
  [
    'GetShardIterator',
    {
      StreamArn: stream,
      ShardId: 'shardId-00000000000000000000-00000000',
      ShardIteratorType: 'AT_SEQUENCE_NUMBER',
      SequenceNumber: '100000000000000000001',
    },
  ],
  ['GetRecords', { ShardIterator: 'x', Limit: 10 }],
];
