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
