import { AwsError, isAwsError } from '../lib/aws-error.js';
import { structures, type Input } from '../lib/aws-input.js';
import { requiredText } from './input.js';

/** Documented. */
const MAX_ENTRIES = 10;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

/**
 * Performs each entry of a batch by itself and says which of them failed. Throws the AwsError of a batch that
 * cannot be taken at all. `entryType`: as the service's messages name it.
 */
export async function performBatch(
  input: Input,
  entryType: string,
  perform: (entry: Input) => Promise<object>,
  check: (entries: readonly Input[]) => void = () => undefined,
): Promise<{ Successful: object[]; Failed: object[] }> {
  const entries = structures(input, 'Entries');
  checkEntries(entries, entryType);
  check(entries);
  const results = await Promise.all(
    entries.map(async (entry) => {
      const Id = entry['Id'] as string;
      try {
        return { Successful: { Id, ...(await perform(entry)) } };
      } catch (error) {
        if (!isAwsError(error)) throw error;
        const SenderFault = error.status < 500;
        return { Failed: { Id, SenderFault, Code: error.code, Message: error.message } };
      }
    }),
  );
  return {
    Successful: results.flatMap(({ Successful }) => Successful ?? []),
    Failed: results.flatMap(({ Failed }) => Failed ?? []),
  };
}

function checkEntries(entries: readonly Input[], entryType: string): void {
  if (entries.length === 0)
    throw new AwsError(
      'EmptyBatchRequest',
      `There should be at least one ${entryType} in the request.`,
    );
  if (entries.length > MAX_ENTRIES)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are ${String(MAX_ENTRIES)}. You have sent ${String(entries.length)}.`,
    );
  const ids = new Set<string>();
  for (const entry of entries) {
    const id = requiredText(entry, 'Id');
    if (!ENTRY_ID.test(id))
      throw new AwsError(
        'InvalidBatchEntryId',
        'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
      );
    if (ids.has(id)) throw new AwsError('BatchEntryIdsNotDistinct', `Id ${id} repeated.`);
    ids.add(id);
  }
}
