type Members = Record<string, unknown>;
interface Index extends Members {
  IndexName: string;
  KeySchema: object[];
  Projection: object;
  ProvisionedThroughput?: Throughput;
}
interface Throughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
}
/** What DescribeTable answers of a table, as far as a template says it. */
export interface DescribedTable {
  TableName: string;
  AttributeDefinitions: object[];
  KeySchema: object[];
  BillingModeSummary?: { BillingMode?: string };
  ProvisionedThroughput?: Throughput;
  GlobalSecondaryIndexes?: Index[];
  LocalSecondaryIndexes?: Index[];
  StreamSpecification?: { StreamViewType?: string };
  DeletionProtectionEnabled?: boolean;
}

/** Properties of AWS::DynamoDB::Table. `ttlAttribute`: undefined when TTL is off. Pure. */
export function tableProperties(table: DescribedTable, ttlAttribute: string | undefined): Members {
  const isOnDemand = table.BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST';
  const throughputOf = (throughput: Throughput | undefined): Members =>
    isOnDemand || throughput === undefined
      ? {}
      : {
          ProvisionedThroughput: {
            ReadCapacityUnits: throughput.ReadCapacityUnits,
            WriteCapacityUnits: throughput.WriteCapacityUnits,
          },
        };
  const { GlobalSecondaryIndexes: global, LocalSecondaryIndexes: local } = table;
  const indexOf = ({ IndexName, KeySchema, Projection }: Index): Members => ({
    IndexName,
    KeySchema,
    Projection,
  });
  return {
    TableName: table.TableName,
    AttributeDefinitions: table.AttributeDefinitions,
    KeySchema: table.KeySchema,
    BillingMode: isOnDemand ? 'PAY_PER_REQUEST' : 'PROVISIONED',
    ...throughputOf(table.ProvisionedThroughput),
    ...(global && {
      GlobalSecondaryIndexes: global.map((index) => ({
        ...indexOf(index),
        ...throughputOf(index.ProvisionedThroughput),
      })),
    }),
    ...(local && { LocalSecondaryIndexes: local.map(indexOf) }),
    ...(table.StreamSpecification?.StreamViewType !== undefined && {
      StreamSpecification: { StreamViewType: table.StreamSpecification.StreamViewType },
    }),
    ...(table.DeletionProtectionEnabled === true && { DeletionProtectionEnabled: true }),
    ...(ttlAttribute !== undefined && {
      TimeToLiveSpecification: { AttributeName: ttlAttribute, Enabled: true },
    }),
  };
}
