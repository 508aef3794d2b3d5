import type { Item } from '../lib/attribute-value.js';
import type { DynamoDbClient } from './dynamodb-client.js';

interface ScanPage {
  Items: Item[];
  LastEvaluatedKey?: Item;
}

/**
 * The items of a table, page by page. `segments` parts of it are read at once, each one page ahead of
 * what was taken; the pages come in the order in which they arrive.
 */
export async function* itemPages(
  client: DynamoDbClient,
  table: string,
  segments: number,
): AsyncGenerator<Item[]> {
  const readers = Array.from({ length: segments }, (_, segment) =>
    segmentPages(client, table, segment, segments),
  );
  const arriving = new Map(readers.map((reader) => [reader, nextOf(reader)]));
  while (arriving.size > 0) {
    const { reader, result } = await Promise.race(arriving.values());
    if (result.done) {
      arriving.delete(reader);
      continue;
    }
    arriving.set(reader, nextOf(reader));
    yield result.value;
  }
}

type Reader = AsyncGenerator<Item[], void>;

function nextOf(reader: Reader): Promise<{ reader: Reader; result: IteratorResult<Item[], void> }> {
  const next = reader.next().then((result) => ({ reader, result }));
  next.catch(() => undefined); // awaited once the page before it was taken
  return next;
}

async function* segmentPages(
  client: DynamoDbClient,
  table: string,
  segment: number,
  segments: number,
): Reader {
  let startKey: Item | undefined;
  do {
    const page: ScanPage = await client.call('Scan', {
      TableName: table,
      Segment: segment,
      TotalSegments: segments,
      ConsistentRead: true,
      ...(startKey && { ExclusiveStartKey: startKey }),
    });
    yield page.Items;
    startKey = page.LastEvaluatedKey;
  } while (startKey);
}
