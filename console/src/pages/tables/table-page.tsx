import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import Tabs from '@cloudscape-design/components/tabs';
import { describeTable } from '../../api/dynamodb';
import { useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { usePart } from '../../router';
import { Explorer } from './explorer';
import { StreamRecords } from './stream-records';
import { TableSettings } from './table-settings';

const TABS = ['items', 'records', 'settings'] as const;

/** One table: its items, its stream's records, its settings. */
export function TablePage({ name }: { name: string }) {
  const { shell, tables } = useTexts();
  const loaded = useLoaded(name, () => describeTable(name));
  const table = loaded.value;
  const [tab, setTab] = usePart(['tables', 'table', name], TABS);
  return (
    <Page title={name} trail={[{ text: shell.tables, route: ['tables'] }]}>
      <ErrorAlert error={loaded.error} onRetry={loaded.reload} />
      {!table && loaded.error === undefined && (
        <Box textAlign="center">
          <Spinner size="large" />
        </Box>
      )}
      {table && (
        <Tabs
          activeTabId={tab}
          onChange={({ detail }) => setTab(detail.activeTabId)}
          tabs={[
            { id: 'items', label: tables.explore, content: <Explorer table={table} /> },
            { id: 'records', label: tables.records, content: <StreamRecords table={table} /> },
            {
              id: 'settings',
              label: tables.settings,
              content: <TableSettings table={table} onChange={loaded.reload} />,
            },
          ]}
        />
      )}
    </Page>
  );
}
