import Alert from '@cloudscape-design/components/alert';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { recentRecords, type TableDescription } from '../../api/dynamodb';
import { useLanguage } from '../../i18n/language';
import { useLoaded } from '../../parts/loaded';
import { ResourceTable } from '../../parts/resource-table';
import { plainText } from './item-json';

const REFRESH_MS = 3_000;

/** What the table's stream tells, the newest first. */
export function StreamRecords({ table }: { table: TableDescription }) {
  const { tables } = useLanguage().texts;
  const stream = table.StreamSpecification?.StreamEnabled ? table.LatestStreamArn : undefined;
  if (stream === undefined) return <Alert type="info">{tables.streamIsOff}</Alert>;
  return <Records stream={stream} />;
}

function Records({ stream }: { stream: string }) {
  const { language, texts } = useLanguage();
  const { tables } = texts;
  const loaded = useLoaded(stream, () => recentRecords(stream), REFRESH_MS);
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' });
  return (
    <ResourceTable
      title={tables.records}
      loaded={loaded}
      nameOf={(record) => `${record.dynamodb.SequenceNumber} ${plainText(record.dynamodb.Keys)}`}
      empty={{ title: tables.noRecords, hint: tables.noRecordsHint }}
      columns={[
        {
          id: 'time',
          header: tables.time,
          cell: ({ dynamodb }) =>
            time.format(new Date(dynamodb.ApproximateCreationDateTime * 1000)),
        },
        { id: 'event', header: tables.event, cell: ({ eventName }) => eventName },
        {
          id: 'keys',
          header: tables.keys,
          isRowHeader: true,
          cell: ({ dynamodb }) => <span className="mono">{plainText(dynamodb.Keys)}</span>,
        },
        {
          id: 'images',
          header: tables.images,
          cell: (record) => (
            <ExpandableSection headerText="dynamodb">
              <pre className="value mono" tabIndex={0}>
                {JSON.stringify(record.dynamodb, null, 2)}
              </pre>
            </ExpandableSection>
          ),
        },
      ]}
    />
  );
}
