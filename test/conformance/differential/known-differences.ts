import type { Answer } from './compare.js';
import type { Request } from './generator.js';

/**
 * Where DynamoDB Local 1.25 deviates from the service. Each rule is as narrow as can be said in its terms; the
 * source says why the service is right.
 */
export interface KnownDifference {
  what: string;
  source: string;
  holds: (request: Request, ours: Answer, theirs: Answer) => boolean;
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    what: 'an update that only takes away makes no item where there is none',
    source: 'API reference, AttributeValueUpdate: DELETE; recorded on the service by public suites',
    holds: (request, ours, theirs) => onlyTakesAway(request) && !ours.error && !theirs.error,
  },
  {
    what: 'the values of a request are checked before any condition is looked at',
    source: 'recorded on the service by public suites (order of validation)',
    holds: ({ input }, ours, theirs) =>
      input['AttributeUpdates'] !== undefined &&
      ours.error === 'ValidationException' &&
      theirs.error === 'ConditionalCheckFailedException',
  },
  {
    what: 'the request itself is checked before the table is looked for',
    source: 'recorded on the service by public suites (order of validation)',
    holds: (_request, ours, theirs) =>
      ours.error === 'ValidationException' && theirs.error === 'ResourceNotFoundException',
  },
  {
    what: 'two operations on one item refuse a transaction before any condition is looked at',
    source: 'developer guide, TransactWriteItems; recorded on the service',
    holds: ({ operation }, ours, theirs) =>
      /^Transact/.test(operation) &&
      /cannot include multiple operations on one item/.test(ours.message ?? '') &&
      theirs.error === 'TransactionCanceledException',
  },
  {
    what: 'a key of a wrong type cancels a transaction with the reason ValidationError',
    source: 'recorded on the service by public suites',
    holds: ({ operation }, ours, theirs) =>
      /^Transact/.test(operation) &&
      ours.error === 'TransactionCanceledException' &&
      /ValidationError/.test(ours.message ?? '') &&
      theirs.error === 'ValidationException',
  },
  {
    what: 'a global index is not asked for attributes that it does not project',
    source: 'developer guide, global secondary indexes; recorded on the service',
    holds: (_request, ours, theirs) =>
      /Global secondary index \S+ does not project/.test(ours.message ?? '') && !theirs.error,
  },
  {
    what: 'UPDATED_OLD and UPDATED_NEW give of a document only the paths that the update names',
    source: 'recorded on the service by public suites',
    holds: ({ operation, input }, ours, theirs) =>
      operation === 'UpdateItem' &&
      /^UPDATED_/.test(String(input['ReturnValues'])) &&
      /#m\.|lst\[/.test(String(input['UpdateExpression'])) &&
      !ours.error &&
      !theirs.error,
  },
  {
    what: 'an update cannot give an index key another type, or nothing; where its text shows it, the item is not read',
    source: 'recorded on the service by public suites',
    holds: ({ operation }, ours, theirs) =>
      operation === 'UpdateItem' &&
      /secondary index key to (unsupported type|a value that is not supported)|Type mismatch for Index Key/.test(
        ours.message ?? '',
      ) &&
      (theirs.error ?? 'ConditionalCheckFailedException') === 'ConditionalCheckFailedException',
  },
];

interface UpdateInput {
  UpdateExpression?: string;
  AttributeUpdates?: Record<string, { Action?: string }>;
}

/**
 * Whether a request has an update that only takes away: its answer need not show that DynamoDB Local has
 * made an item.
 */
export function onlyTakesAway({ input }: Request): boolean {
  const { TransactItems } = input as { TransactItems?: { Update?: UpdateInput }[] };
  return [input as UpdateInput, ...(TransactItems ?? []).map(({ Update }) => Update)].some(
    (update) => {
      const updates = Object.values(update?.AttributeUpdates ?? {});
      return (
        (updates.length > 0 && updates.every(({ Action }) => Action === 'DELETE')) ||
        /^(?!.*\b(?:SET|ADD)\b).*\b(?:REMOVE|DELETE)\b/s.test(update?.UpdateExpression ?? '')
      );
    },
  );
}

/** The same for operations on tables. */
export const KNOWN_TABLE_DIFFERENCES: readonly KnownDifference[] = [
  {
    what: 'the request itself is checked before the table is looked for, or its state',
    source: 'recorded on the service by public suites (order of validation)',
    holds: (_request, ours, theirs) =>
      ours.error === 'ValidationException' &&
      /^Resource(NotFound|InUse)Exception$/.test(theirs.error ?? ''),
  },
  {
    what: 'a wrong definition of an index is refused, not stumbled over',
    source: 'DynamoDB Local answers InternalFailure',
    holds: (_request, ours, theirs) =>
      ours.error === 'ValidationException' && theirs.error === 'InternalFailure',
  },
  {
    what: 'a throughput is refused where the billing mode is PAY_PER_REQUEST',
    source: 'API reference, CreateTable and UpdateTable: ProvisionedThroughput',
    holds: (_request, ours, theirs) =>
      /(Neither ReadCapacityUnits nor WriteCapacityUnits can be|ProvisionedThroughput should not be) specified/.test(
        ours.message ?? '',
      ) && !theirs.error,
  },
  {
    what: 'an index that is not there is a resource that is not found',
    source: 'API reference, UpdateTable: ResourceNotFoundException',
    holds: ({ operation }, ours, theirs) =>
      operation === 'UpdateTable' &&
      /Requested resource not found: Index/.test(ours.message ?? '') &&
      theirs.error === 'ValidationException',
  },
  {
    what: 'indexes lose their throughput, too, with a change to PAY_PER_REQUEST',
    source: 'developer guide, switching capacity modes; recorded on the service',
    holds: ({ input }, ours, theirs) =>
      input['BillingMode'] === 'PAY_PER_REQUEST' &&
      input['GlobalSecondaryIndexUpdates'] === undefined &&
      !ours.error &&
      !theirs.error,
  },
  {
    what: 'a change of throughput is answered with what holds until it is over',
    source: 'recorded on the service by public suites',
    holds: ({ operation, input }, ours, theirs) =>
      operation === 'UpdateTable' &&
      input['ProvisionedThroughput'] !== undefined &&
      !ours.error &&
      !theirs.error,
  },
  {
    what: 'the answer to a deletion shows a table only in part',
    source: 'recorded on the service by public suites; API reference, DeleteTable, sample response',
    holds: ({ operation }, ours, theirs) =>
      operation === 'DeleteTable' && !ours.error && !theirs.error,
  },
  {
    what: 'attributes that no key uses must not be defined, also beside indexes',
    source: 'developer guide, AttributeDefinitions; recorded on the service',
    holds: ({ operation }, ours, theirs) =>
      operation === 'CreateTable' &&
      /Some AttributeDefinitions are not used/.test(ours.message ?? '') &&
      !theirs.error,
  },
];

/** The same for PartiQL. */
export const KNOWN_STATEMENT_DIFFERENCES: readonly KnownDifference[] = [
  {
    what: 'the error of a second INSERT has the name that the API gives it',
    source: 'API reference, ExecuteStatement: DuplicateItemException',
    holds: (_request, ours, theirs) =>
      ours.error === 'DuplicateItemException' && theirs.error === 'DuplicateItem',
  },
  {
    what: 'a DELETE of an item that is not there succeeds, whatever its condition',
    source: 'developer guide, PartiQL delete statements',
    holds: ({ input }, ours, theirs) =>
      /^DELETE/.test(String(input['Statement'])) &&
      !ours.error &&
      theirs.error === 'ConditionalCheckFailedException',
  },
  {
    what: 'a statement with ORDER BY is answered, or refused, not stumbled over',
    source: 'DynamoDB Local answers InternalFailure',
    holds: ({ input }, ours, theirs) =>
      /ORDER BY/.test(String(input['Statement'])) &&
      [undefined, 'ValidationException'].includes(ours.error) &&
      theirs.error === 'InternalFailure',
  },
  {
    what: 'RETURNING MODIFIED gives of a document only the paths that the update names',
    source: 'as UPDATED_OLD and UPDATED_NEW: recorded on the service by public suites',
    holds: ({ input }, ours, theirs) =>
      /RETURNING MODIFIED/.test(String(input['Statement'])) &&
      /doc\.|lst/.test(String(input['Statement'])) &&
      !ours.error &&
      !theirs.error,
  },
  {
    what: 'an update cannot give an index key another type; where its text shows it, the item is not read',
    source: 'recorded on the service by public suites',
    holds: ({ input }, ours, theirs) =>
      /^UPDATE/.test(String(input['Statement'])) &&
      /secondary index key to (unsupported type|a value that is not supported)|Type mismatch for Index Key/.test(
        ours.message ?? '',
      ) &&
      (theirs.error ?? 'ConditionalCheckFailedException') === 'ConditionalCheckFailedException',
  },
];
