import { normaliseNumber } from '../../../src/dynamodb/values/index.js';
import type { Request } from './generator.js';

/** A server's answer: its body, or the type and text of its error. */
export interface Answer {
  error?: string;
  message?: string;
  body?: unknown;
}

/**
 * An answer in a form in which two right servers agree: lists whose order is not promised are sorted, and
 * what each makes up on its own is left out.
 */
export function canonical({ operation, input }: Request, answer: Answer): unknown {
  if (answer.error !== undefined) return { error: answer.error };
  const body = { ...(answer.body as Record<string, unknown>) };
  // A rough estimate on the service; DynamoDB Local has one of its own.
  delete body['ItemCollectionMetrics'];
  delete body['ConsumedCapacity'];
  // Whether a page that is full and the last one names a key is decided differently (both are right).
  if (operation === 'Scan' || operation === 'Query') delete body['LastEvaluatedKey'];
  const clean = sorted(body) as Record<string, unknown>;
  const isOrdered = operation === 'Query' && input['IndexName'] === undefined;
  if (Array.isArray(clean['Items']) && !isOrdered) {
    // Items with the same index keys come in any order: a limited page may hold any of them.
    if (input['Limit'] === undefined)
      clean['Items'] = [...(clean['Items'] as unknown[])].sort(byText);
    else delete clean['Items'];
  }
  const responses = clean['Responses'];
  // BatchGetItem answers in any order; a transaction in that of its reads.
  if (operation === 'BatchGetItem' && typeof responses === 'object' && responses !== null)
    clean['Responses'] = Object.fromEntries(
      Object.entries(responses).map(([table, items]) => [
        table,
        [...(items as unknown[])].sort(byText),
      ]),
    );
  return clean;
}

/** Members by name, and the members of sets in order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, typed(name, member)]),
  );
}

/** DynamoDB Local leaves numbers inside of lists and maps as they were written; the service does not. */
function typed(name: string, member: unknown): unknown {
  if (name === 'N' && typeof member === 'string' && /^[\d.eE+-]+$/.test(member))
    return normaliseNumber(member);
  if (['SS', 'NS', 'BS'].includes(name) && Array.isArray(member)) {
    const members = member as string[];
    return (name === 'NS' ? members.map((member) => normaliseNumber(member)) : [...members]).sort(
      byText,
    );
  }
  return sorted(member);
}

export const byText = (a: unknown, b: unknown): number => {
  const [one, other] = [JSON.stringify(a), JSON.stringify(b)];
  return one < other ? -1 : one > other ? 1 : 0;
};
