import {
  boolean,
  field,
  list,
  long,
  member,
  oneOf,
  string,
  type StringShape,
} from '../validation/shape.js';
import {
  MAX_NAME_LENGTH,
  MIN_NAME_LENGTH,
  NAME_PATTERN,
  requiredIndexName,
} from './common-shapes.js';

/** Table operations ask for the name before they look at anything else; see `checkTableName`. */
export const controlTableName: StringShape = string({
  pattern: NAME_PATTERN,
  min: MIN_NAME_LENGTH,
  max: MAX_NAME_LENGTH,
  orArn: true,
});

const required = <T extends object>(shape: T): T & { required: true } => ({
  ...shape,
  required: true,
});

export const billingMode = oneOf('PROVISIONED', 'PAY_PER_REQUEST');

export const attributeDefinition = member('AttributeDefinition', {
  AttributeName: required(string({ min: 1, max: 255 })),
  AttributeType: required(oneOf('B', 'N', 'S')),
});

const keySchemaElement = member('KeySchemaElement', {
  AttributeName: required(string({ min: 1, max: 255 })),
  KeyType: required(oneOf('HASH', 'RANGE')),
});

export const keySchema = list(keySchemaElement, { required: true, min: 1, max: 2 });

/** Documented: up to four partition key and four sort key attributes. */
const MAX_GLOBAL_INDEX_KEYS = 8;
const globalKeySchema = list(keySchemaElement, {
  required: true,
  min: 1,
  max: MAX_GLOBAL_INDEX_KEYS,
});

const provisionedThroughputMembers = {
  WriteCapacityUnits: long({ required: true, min: 1 }),
  ReadCapacityUnits: long({ required: true, min: 1 }),
};

export const provisionedThroughput = field('ProvisionedThroughput', provisionedThroughputMembers);

export const onDemandThroughput = field('OnDemandThroughput', {
  MaxReadRequestUnits: long(),
  MaxWriteRequestUnits: long(),
});

export const warmThroughput = field('WarmThroughput', {
  ReadUnitsPerSecond: long(),
  WriteUnitsPerSecond: long(),
});

export const projection = field(
  'Projection',
  {
    ProjectionType: oneOf('ALL', 'INCLUDE', 'KEYS_ONLY'),
    NonKeyAttributes: list(string({ min: 1, max: 255 }), { min: 1, max: 20 }),
  },
  { required: true },
);

export const localSecondaryIndex = member('LocalSecondaryIndex', {
  IndexName: requiredIndexName,
  KeySchema: keySchema,
  Projection: projection,
});

const globalIndexMembers = {
  IndexName: requiredIndexName,
  KeySchema: globalKeySchema,
  Projection: projection,
  ProvisionedThroughput: provisionedThroughput,
  OnDemandThroughput: onDemandThroughput,
  WarmThroughput: warmThroughput,
};

export const globalSecondaryIndex = member('GlobalSecondaryIndex', globalIndexMembers);

export const globalSecondaryIndexUpdate = member('GlobalSecondaryIndexUpdate', {
  Update: field('UpdateGlobalSecondaryIndexAction', {
    IndexName: requiredIndexName,
    ProvisionedThroughput: provisionedThroughput,
    OnDemandThroughput: onDemandThroughput,
    WarmThroughput: warmThroughput,
  }),
  Create: field('CreateGlobalSecondaryIndexAction', globalIndexMembers),
  Delete: field('DeleteGlobalSecondaryIndexAction', { IndexName: requiredIndexName }),
});

export const streamSpecification = field('StreamSpecification', {
  StreamEnabled: boolean({ required: true }),
  StreamViewType: oneOf('NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY'),
});

export const sseSpecification = field('SSESpecification', {
  Enabled: boolean(),
  SSEType: oneOf('AES256', 'KMS'),
  KMSMasterKeyId: string(),
});

export const tableClass = oneOf('STANDARD', 'STANDARD_INFREQUENT_ACCESS');

export const tag = member('Tag', {
  Key: required(string({ min: 1, max: 128 })),
  Value: required(string({ max: 256 })),
});
