/**
 * The resources that Freshet keeps: what a user defined and what became of it. Members that users
 * give keep AWS's names; times are epoch milliseconds.
 */

/** Plain text that has been encrypted by `Secrets`; useless without the key of the data folder. */
export type Sealed = { sealed: string };

export interface ConnectionResource {
  name: string;
  arn: string;
  secretArn: string;
  description?: string;
  state: 'AUTHORIZED' | 'DEAUTHORIZED' | 'AUTHORIZING' | 'DEAUTHORIZING' | 'DELETING';
  stateReason?: string;
  authorizationType: 'API_KEY' | 'BASIC' | 'OAUTH_CLIENT_CREDENTIALS';
  /** `AuthParameters` as Describe shows them: without any secret. */
  publicAuthParameters: Record<string, unknown>;
  /** `AuthParameters` as they were given (JSON), secrets included. Undefined once deauthorized. */
  sealedAuthParameters?: Sealed;
  kmsKeyIdentifier?: string;
  creationTime: number;
  lastModifiedTime: number;
  lastAuthorizedTime?: number;
}

export interface ApiDestinationResource {
  name: string;
  arn: string;
  description?: string;
  connectionArn: string;
  invocationEndpoint: string;
  httpMethod: 'POST' | 'GET' | 'HEAD' | 'OPTIONS' | 'PUT' | 'PATCH' | 'DELETE';
  invocationRateLimitPerSecond: number;
  creationTime: number;
  lastModifiedTime: number;
}

export type PipeDesiredState = 'RUNNING' | 'STOPPED' | 'DELETED';
export type PipeCurrentState =
  | 'RUNNING'
  | 'STOPPED'
  | 'CREATING'
  | 'UPDATING'
  | 'DELETING'
  | 'STARTING'
  | 'STOPPING'
  | 'CREATE_FAILED'
  | 'UPDATE_FAILED'
  | 'START_FAILED'
  | 'STOP_FAILED'
  | 'DELETE_FAILED';

export interface PipeResource {
  name: string;
  arn: string;
  /** Differs between two pipes of the same name, one created after the other was deleted. */
  id: string;
  /** Counts the definitions: grows with each update, so the supervisor knows what it runs. */
  generation: number;
  description?: string;
  desiredState: PipeDesiredState;
  currentState: PipeCurrentState;
  stateReason?: string;
  source: string;
  /** `SourceParameters`, `TargetParameters` … as the API has them, defaults filled in. */
  sourceParameters: PipeSourceParameters;
  enrichment?: string;
  enrichmentParameters?: PipeEnrichmentParameters;
  target: string;
  targetParameters: PipeTargetParameters;
  roleArn: string;
  tags: Record<string, string>;
  logConfiguration?: Record<string, unknown>;
  /** What it is to do beyond AWS that is too long for tags. */
  extensions?: PipeExtensions;
  kmsKeyIdentifier?: string;
  creationTime: number;
  lastModifiedTime: number;
}

export interface PipeExtensions {
  /** In place of the target's InputTemplate for records of these events. */
  InputTemplates?: Partial<Record<PipeEventName, string>>;
}

export type PipeEventName = 'INSERT' | 'MODIFY' | 'REMOVE';

export interface PipeSourceParameters {
  FilterCriteria?: { Filters?: { Pattern?: string }[] };
  DynamoDBStreamParameters: {
    StartingPosition: 'TRIM_HORIZON' | 'LATEST';
    BatchSize?: number;
    MaximumBatchingWindowInSeconds?: number;
    /** -1: without limit. */
    MaximumRecordAgeInSeconds?: number;
    /** -1: without limit. */
    MaximumRetryAttempts?: number;
    ParallelizationFactor?: number;
    OnPartialBatchItemFailure?: 'AUTOMATIC_BISECT';
    DeadLetterConfig?: { Arn?: string };
  };
}

export interface PipeHttpParameters {
  PathParameterValues?: string[];
  HeaderParameters?: Record<string, string>;
  QueryStringParameters?: Record<string, string>;
}

export interface PipeEnrichmentParameters {
  InputTemplate?: string;
  HttpParameters?: PipeHttpParameters;
}

export interface PipeTargetParameters {
  InputTemplate?: string;
  HttpParameters?: PipeHttpParameters;
  SqsQueueParameters?: PipeSqsParameters;
  CloudWatchLogsParameters?: PipeLogsParameters;
}

export interface PipeSqsParameters {
  MessageGroupId?: string;
  MessageDeduplicationId?: string;
}

export interface PipeLogsParameters {
  LogStreamName?: string;
  Timestamp?: string;
}

export interface CacheResource {
  name: string;
  creationTime: number;
}

/** A record that a pipe gave up, kept whole so that it can be looked at and sent again. */
export interface DeadLetter {
  pipeName: string;
  /** Sorts by the time of giving up; unique within the pipe. */
  id: string;
  condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
  /** What went wrong the last time, for people. */
  reason: string;
  attempts: number;
  /** Epoch milliseconds. */
  failedAt: number;
  shardId: string;
  /** The change record as the pipe saw it. */
  record: unknown;
  /** Method and URL of the last request, if one was made; secrets masked. */
  request?: { method: string; url: string };
  /** HTTP status and the first part of the answer, if one came. */
  response?: { status: number; body: string };
}

export interface QueueResource {
  name: string;
  /** A queue that was deleted and made anew has another. */
  id: string;
  /** As its users set them, by their names in the API. */
  attributes: Record<string, string>;
  tags: Record<string, string>;
  /** Epoch milliseconds, like the next. */
  creationTime: number;
  lastModifiedTime: number;
}

/** An attribute that the sender gave a message. */
export interface MessageAttribute {
  DataType: string;
  StringValue?: string;
  /** Base64. */
  BinaryValue?: string;
}

export interface QueueMessage {
  /** Sorts by the time of sending; unique within the queue. */
  id: string;
  messageId: string;
  body: string;
  attributes?: Record<string, MessageAttribute>;
  systemAttributes?: Record<string, MessageAttribute>;
  senderId: string;
  /** Epoch milliseconds, like the next. */
  sentAt: number;
  /** When it is first to be seen. */
  visibleAt: number;
  groupId?: string;
  deduplicationId?: string;
  /** The queue from which it was moved here because nobody could handle it. */
  deadLetterSourceArn?: string;
}

/** What became of a message that was received. */
export interface MessageReceipt {
  /** Epoch milliseconds at which it is seen again. */
  visibleAt: number;
  receives: number;
  firstReceivedAt: number;
  /** What of its latest receipt handle only the receiver knows. */
  token: string;
}

/** How far a pipe has come in one shard. */
export interface Checkpoint {
  /** The last record that needs no further work; undefined when none was handled yet. */
  sequenceNumber: string | undefined;
  /** Grows when another worker takes the shard over; an older owner's save is refused. */
  leaseCounter: number;
}
