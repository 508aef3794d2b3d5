import { INVALID_PARAMETER, validationError } from '../errors.js';
import type {
  AttributeDefinition,
  BillingMode,
  KeySchemaElement,
  Projection,
  StreamSpecification,
  Throughput,
} from './definition.js';

/** The service's own bound of throughput figures in requests. */
const MAX_THROUGHPUT = 1_000_000_000_000;
/** Documented limits per table. */
const MAX_LOCAL_INDEXES = 5;
const MAX_GLOBAL_INDEXES = 20;
/** Documented: non-key attributes of all INCLUDE projections of a table together. */
const MAX_PROJECTED_ATTRIBUTES = 100;

/** Documented: attributes of a global index's partition key, and of its sort key. */
const MAX_KEYS_OF_ONE_TYPE = 4;

const SAME_KEY_TWICE =
  'Both the Hash Key and the Range Key element in the KeySchema have the same name';
const FIRST_NOT_HASH = 'Invalid KeySchema: The first KeySchemaElement is not a HASH key type';

export interface IndexRequest {
  IndexName: string;
  KeySchema: KeySchemaElement[];
  Projection: Projection;
  ProvisionedThroughput?: Throughput;
  OnDemandThroughput?: { MaxReadRequestUnits?: number; MaxWriteRequestUnits?: number };
  WarmThroughput?: { ReadUnitsPerSecond?: number; WriteUnitsPerSecond?: number };
}

export interface SchemaRequest {
  AttributeDefinitions: AttributeDefinition[];
  KeySchema: KeySchemaElement[];
  LocalSecondaryIndexes?: IndexRequest[];
  GlobalSecondaryIndexes?: IndexRequest[];
}

/** Checks keys and indexes of a new table, in the service's order and words. */
export function checkSchema(request: SchemaRequest, billingMode: BillingMode): void {
  const { AttributeDefinitions, KeySchema, LocalSecondaryIndexes, GlobalSecondaryIndexes } =
    request;
  const defined = AttributeDefinitions.map(({ AttributeName }) => AttributeName);
  checkTableKeys(KeySchema, defined);
  const names = new Set<string>();
  if (LocalSecondaryIndexes) {
    checkNotEmpty(LocalSecondaryIndexes, 'LocalSecondaryIndexes');
    if (KeySchema.length < 2)
      throw validationError(
        `${INVALID_PARAMETER}Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex`,
      );
    for (const index of LocalSecondaryIndexes) {
      checkLocalIndex(index, KeySchema[0]!.AttributeName, defined);
      checkProjection(index);
      checkUnique(index.IndexName, names);
    }
    if (LocalSecondaryIndexes.length > MAX_LOCAL_INDEXES)
      throw validationError(
        `${INVALID_PARAMETER}Number of LocalSecondaryIndexes exceeds per-table limit of ${MAX_LOCAL_INDEXES}`,
      );
  }
  if (GlobalSecondaryIndexes) {
    checkNotEmpty(GlobalSecondaryIndexes, 'GlobalSecondaryIndexes');
    for (const index of GlobalSecondaryIndexes) {
      checkGlobalIndex(index, defined, billingMode);
      checkUnique(index.IndexName, names);
    }
    checkGlobalCount(GlobalSecondaryIndexes.length);
  }
  checkProjectedCount([...(LocalSecondaryIndexes ?? []), ...(GlobalSecondaryIndexes ?? [])]);
  checkDefinitionsUsed(request, defined);
}

export function throughputNotWanted(indexName: string): string {
  return `${INVALID_PARAMETER}ProvisionedThroughput should not be specified for index: ${indexName} when BillingMode is PAY_PER_REQUEST`;
}

/** Checks an index that comes with the table or later. */
export function checkGlobalIndex(
  index: IndexRequest,
  defined: readonly string[],
  billingMode: BillingMode,
): void {
  checkDefined(index.KeySchema, defined);
  checkGlobalKeyTypes(index.KeySchema);
  checkProjection(index);
  if (billingMode === 'PAY_PER_REQUEST' && index.ProvisionedThroughput)
    throw validationError(throughputNotWanted(index.IndexName));
  if (billingMode === 'PROVISIONED' && !index.ProvisionedThroughput)
    throw validationError(
      `${INVALID_PARAMETER}ProvisionedThroughput must be specified for index: ${index.IndexName}`,
    );
  checkThroughputBounds(index.ProvisionedThroughput, ` for index ${index.IndexName}`);
}

export function checkGlobalCount(count: number): void {
  if (count > MAX_GLOBAL_INDEXES)
    throw validationError(
      `${INVALID_PARAMETER}GlobalSecondaryIndex count exceeds the per-table limit of ${MAX_GLOBAL_INDEXES}`,
    );
}

export function checkThroughput(
  billingMode: BillingMode,
  throughput: Throughput | undefined,
): void {
  if (billingMode === 'PAY_PER_REQUEST' && throughput)
    throw validationError(
      `${INVALID_PARAMETER}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST`,
    );
  if (billingMode === 'PROVISIONED' && !throughput)
    throw validationError(
      `${INVALID_PARAMETER}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED`,
    );
  checkThroughputBounds(throughput, '');
}

export function checkThroughputBounds(throughput: Throughput | undefined, where: string): void {
  if (!throughput) return;
  for (const name of ['ReadCapacityUnits', 'WriteCapacityUnits'] as const)
    if (throughput[name] > MAX_THROUGHPUT)
      throw validationError(`Given value ${throughput[name]} for ${name} is out of bounds${where}`);
}

export function checkStreamSpecification(specification: StreamSpecification | undefined): void {
  if (!specification) return;
  if (specification.StreamEnabled && specification.StreamViewType === undefined)
    throw validationError(
      `${INVALID_PARAMETER}StreamSpecification.StreamViewType must be specified when StreamEnabled is true`,
    );
  if (!specification.StreamEnabled && specification.StreamViewType !== undefined)
    throw validationError(
      `${INVALID_PARAMETER}Table is being created with a stream disabled, UpdateViewType should not be specified`,
    );
}

function checkTableKeys(schema: KeySchemaElement[], defined: readonly string[]): void {
  if (schema.length > defined.length)
    throw validationError('Invalid KeySchema: Some index key attribute have no definition');
  checkDefined(schema, defined);
  checkKeyTypes(schema);
}

function checkDefined(schema: readonly KeySchemaElement[], defined: readonly string[]): void {
  const keys = schema.map(({ AttributeName }) => AttributeName);
  if (keys.some((key) => !defined.includes(key)))
    throw validationError(
      `${INVALID_PARAMETER}Some index key attributes are not defined in AttributeDefinitions. ` +
        `Keys: [${keys.join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
    );
}

function checkKeyTypes([hash, range]: readonly KeySchemaElement[]): void {
  if (hash!.AttributeName === range?.AttributeName) throw validationError(SAME_KEY_TWICE);
  if (hash!.KeyType !== 'HASH') throw validationError(FIRST_NOT_HASH);
  if (range && range.KeyType !== 'RANGE')
    throw validationError('Invalid KeySchema: The second KeySchemaElement is not a RANGE key type');
}

/** A global index may have several attributes of each type, the partition key's first. */
function checkGlobalKeyTypes(schema: readonly KeySchemaElement[]): void {
  const names = schema.map(({ AttributeName }) => AttributeName);
  if (new Set(names).size < names.length) throw validationError(SAME_KEY_TWICE);
  const types = schema.map(({ KeyType }) => KeyType);
  if (types[0] !== 'HASH') throw validationError(FIRST_NOT_HASH);
  if (types.lastIndexOf('HASH') > types.indexOf('RANGE') && types.includes('RANGE'))
    throw validationError(
      'Invalid KeySchema: All HASH key elements must come before the RANGE key elements',
    ); // inferred
  for (const type of ['HASH', 'RANGE'] as const)
    if (types.filter((one) => one === type).length > MAX_KEYS_OF_ONE_TYPE)
      throw validationError(
        `Invalid KeySchema: The number of ${type} key elements exceeds the limit of ${MAX_KEYS_OF_ONE_TYPE}`,
      ); // inferred
}

function checkLocalIndex(
  { IndexName, KeySchema }: IndexRequest,
  tableHash: string,
  defined: readonly string[],
): void {
  checkDefined(KeySchema, defined);
  checkKeyTypes(KeySchema);
  if (KeySchema.length !== 2)
    throw validationError(
      `${INVALID_PARAMETER}Index KeySchema does not have a range key for index: ${IndexName}`,
    );
  const hash = KeySchema[0]!.AttributeName;
  if (hash !== tableHash)
    throw validationError(
      `${INVALID_PARAMETER}Index KeySchema does not have the same leading hash key as table KeySchema for index: ` +
        `${IndexName}. index hash key: ${hash}, table hash key: ${tableHash}`,
    );
}

function checkProjection({ Projection }: IndexRequest): void {
  const { ProjectionType: type, NonKeyAttributes } = Projection as Partial<Projection>;
  if (type === undefined) throw validationError(`${INVALID_PARAMETER}Unknown ProjectionType: null`);
  if (NonKeyAttributes && type !== 'INCLUDE')
    throw validationError(
      `${INVALID_PARAMETER}ProjectionType is ${type}, but NonKeyAttributes is specified`,
    );
  if (!NonKeyAttributes && type === 'INCLUDE')
    throw validationError(
      `${INVALID_PARAMETER}ProjectionType is INCLUDE, but NonKeyAttributes is not specified`,
    );
  const twice = NonKeyAttributes?.find((name, at) => NonKeyAttributes.indexOf(name) !== at);
  // That it is refused is recorded, the text is inferred.
  if (twice !== undefined)
    throw validationError(
      `${INVALID_PARAMETER}Duplicate attribute name in NonKeyAttributes: ${twice}`,
    );
}

function checkUnique(name: string, names: Set<string>): void {
  if (names.has(name)) throw validationError(`${INVALID_PARAMETER}Duplicate index name: ${name}`);
  names.add(name);
}

function checkNotEmpty(list: readonly unknown[], name: string): void {
  if (list.length === 0) throw validationError(`${INVALID_PARAMETER}List of ${name} is empty`);
}

function checkProjectedCount(indexes: readonly IndexRequest[]): void {
  const count = indexes.reduce(
    (sum, { Projection }) => sum + (Projection.NonKeyAttributes?.length ?? 0),
    0,
  );
  if (count > MAX_PROJECTED_ATTRIBUTES)
    throw validationError(
      `${INVALID_PARAMETER}Number of projected attributes exceeds per-table limit of ${MAX_PROJECTED_ATTRIBUTES}`,
    );
}

/** Each defined attribute must be a key of the table or of an index. */
function checkDefinitionsUsed(request: SchemaRequest, defined: readonly string[]): void {
  const { KeySchema, LocalSecondaryIndexes = [], GlobalSecondaryIndexes = [] } = request;
  const twice = defined.find((name, at) => defined.indexOf(name) !== at);
  if (twice !== undefined) throw validationError(`Attribute Name is duplicated: ${twice}`);
  const used = new Set(
    [KeySchema, ...[...LocalSecondaryIndexes, ...GlobalSecondaryIndexes].map((i) => i.KeySchema)]
      .flat()
      .map(({ AttributeName }) => AttributeName),
  );
  if (defined.every((name) => used.has(name))) return;
  throw validationError(
    LocalSecondaryIndexes.length + GlobalSecondaryIndexes.length === 0
      ? `${INVALID_PARAMETER}Number of attributes in KeySchema does not exactly match number of attributes defined in AttributeDefinitions`
      : `${INVALID_PARAMETER}Some AttributeDefinitions are not used. AttributeDefinitions: [${defined.join(', ')}], keys used: [${[...used].join(', ')}]`,
  );
}
