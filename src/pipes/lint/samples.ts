import type { Clock } from '../../lib/clock.js';
import { plainObject } from '../../lib/lazy-object.js';
import type { PipeResource } from '../../state/index.js';
import type { ChangeRecord } from '../../streams/index.js';
import { itemRecord } from '../backfill/item-record.js';
import type { SourceTables } from '../source-table.js';
import type { PipeTrace } from '../trace/pipe-trace.js';

/** Items of the table, and records of the stream, that are looked at. */
const MAX_ITEMS = 100;
const MAX_RECORDS = 100;

type Change = ChangeRecord['dynamodb'];

export interface SampleSources {
  tables: SourceTables;
  clock: Clock;
}

/**
 * Records to judge a pipe by, newest last: items that its table holds, as if they were written now, and what came down
 * its stream.
 */
export async function sampleRecords(
  pipe: Pick<PipeResource, 'source'>,
  trace: PipeTrace | undefined,
  { tables, clock }: SampleSources,
): Promise<ChangeRecord[]> {
  const table = await tables(pipe.source);
  const { items = [] } =
    (await table?.page({ segment: 0, segments: 1, after: undefined, limit: MAX_ITEMS })) ?? {};
  const options = { streamArn: pipe.source, viewType: table?.viewType ?? 'NEW_IMAGE', runId: '' };
  const records = items.map((item) =>
    itemRecord({ keys: table!.keysOf(item), item }, clock.now(), options),
  );
  return [...records, ...(trace?.sample.slice(-MAX_RECORDS) ?? [])];
}

/** The record, and what the other events of the same item would look like. */
export function variantsOf(record: ChangeRecord): ChangeRecord[] {
  const { NewImage, OldImage, ...rest } = plainObject(record.dynamodb) as unknown as Change;
  const { StreamViewType: view } = rest;
  const image = NewImage ?? OldImage;
  const withNew = view === 'NEW_IMAGE' || view === 'NEW_AND_OLD_IMAGES';
  const withOld = view === 'OLD_IMAGE' || view === 'NEW_AND_OLD_IMAGES';
  const one = (
    eventName: ChangeRecord['eventName'],
    images: { new: boolean; old: boolean },
  ): ChangeRecord => ({
    ...record,
    eventName,
    dynamodb: {
      ...rest,
      ...(image && images.new && withNew && { NewImage: image }),
      ...(image && images.old && withOld && { OldImage: image }),
    },
  });
  const removed = one('REMOVE', { new: false, old: true });
  return [
    record,
    one('INSERT', { new: true, old: false }),
    one('MODIFY', { new: true, old: true }),
    removed,
    // By time to live.
    {
      ...removed,
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    },
  ];
}
