import type { StreamViewType } from '../streams/stream-log.js';

export type KeyType = 'S' | 'N' | 'B';
export type BillingMode = 'PROVISIONED' | 'PAY_PER_REQUEST';

export interface KeySchemaElement {
  AttributeName: string;
  KeyType: 'HASH' | 'RANGE';
}

export interface AttributeDefinition {
  AttributeName: string;
  AttributeType: KeyType;
}

export interface Projection {
  ProjectionType: 'ALL' | 'KEYS_ONLY' | 'INCLUDE';
  NonKeyAttributes?: string[];
}

export interface Throughput {
  ReadCapacityUnits: number;
  WriteCapacityUnits: number;
}

export interface ProvisionedThroughput extends Throughput {
  NumberOfDecreasesToday: number;
  /** Epoch milliseconds. */
  lastIncrease?: number;
  lastDecrease?: number;
}

export interface OnDemandThroughput {
  MaxReadRequestUnits?: number;
  MaxWriteRequestUnits?: number;
}

/** What a table or an index is to bear at once; kept and described, nothing here depends on it. */
export interface WarmThroughput {
  ReadUnitsPerSecond?: number;
  WriteUnitsPerSecond?: number;
}

export interface StreamSpecification {
  StreamEnabled: boolean;
  StreamViewType?: StreamViewType;
}

export interface IndexDefinition {
  /** Unique within the table, never used again. */
  id: number;
  name: string;
  scope: 'LOCAL' | 'GLOBAL';
  keySchema: KeySchemaElement[];
  projection: Projection;
  provisioned: ProvisionedThroughput;
  onDemand?: OnDemandThroughput;
  warm?: WarmThroughput;
  /** `CREATING`: existing items are still being added, it cannot be read yet. */
  status: 'ACTIVE' | 'CREATING';
}

/** A policy document as it was put; nothing here acts on it. */
export interface ResourcePolicy {
  text: string;
  /** Epoch milliseconds at which it was put, as text. */
  revision: string;
}

/** Contributor Insights of a table or an index, as asked for; nothing here measures. */
export interface ContributorInsights {
  /** Undefined: the table itself. */
  index?: string;
  mode: string;
  /** Epoch milliseconds. */
  updatedAt: number;
}

/** Where a table was restored from. */
export interface Restore {
  backupId: number;
  backupArn: string;
  sourceTableArn: string;
  /** Epoch milliseconds. */
  at: number;
  /** Items are still being copied: the table cannot be used yet. */
  inProgress: boolean;
}

/** All that makes up a table, as it is stored. Times are epoch milliseconds. */
export interface TableDefinition {
  /** Unique in the folder, never used again. */
  id: number;
  name: string;
  /** The service's `TableId`. */
  uuid: string;
  createdAt: number;
  attributes: AttributeDefinition[];
  keySchema: KeySchemaElement[];
  billingMode: BillingMode;
  provisioned: ProvisionedThroughput;
  /** When the table was last switched to PAY_PER_REQUEST. */
  payPerRequestSince?: number;
  /** Set once a billing mode was given: only then it is described. */
  billingModeGiven: boolean;
  onDemand?: OnDemandThroughput;
  warm?: WarmThroughput;
  deletionProtection: boolean;
  tableClass?: string;
  encryption?: { KMSMasterKeyId?: string };
  indexes: IndexDefinition[];
  lastIndexId: number;
  /** The stream that is on. */
  streamId?: number;
  /** The newest stream, on or off. */
  latestStreamId?: number;
  timeToLive?: {
    attribute: string;
    /** Whether the items from before it was switched on are noted for their end. */
    isFilled: boolean;
  };
  /** Whether point-in-time recovery was asked for; nothing else follows from it. */
  pointInTimeRecovery?: boolean;
  recoveryPeriodInDays?: number;
  restore?: Restore;
  resourcePolicy?: ResourcePolicy;
  /** Only those that are on. */
  contributorInsights?: ContributorInsights[];
  tags: Record<string, string>;
}
