import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';
import { deleteTable, listTables, type TableDescription } from '../../api/dynamodb';
import { useLanguage } from '../../i18n/language';
import { DeleteModal } from '../../parts/delete-modal';
import { useLoaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { ResourceTable } from '../../parts/resource-table';
import { State } from '../../parts/state';
import { href, navigate } from '../../router';
import { keyOf } from './keys';

const REFRESH_MS = 5_000;

/** All tables. */
export function TableList() {
  const { language, texts } = useLanguage();
  const { shell, tables } = texts;
  const loaded = useLoaded('tables', listTables, REFRESH_MS);
  const [selected, setSelected] = useState<TableDescription[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  const chosen = selected[0];
  const create = (
    <Button key="create" variant="primary" onClick={() => navigate('tables', 'create')}>
      {tables.create}
    </Button>
  );
  const number = new Intl.NumberFormat(language);
  return (
    <Page title={shell.tables} description={tables.intro}>
      <ResourceTable
        title={shell.tables}
        loaded={loaded}
        nameOf={(table) => table.TableName}
        selected={selected}
        onSelect={setSelected}
        empty={{
          title: tables.emptyTitle,
          hint: tables.emptyHint,
          action: <Button onClick={() => navigate('tables', 'create')}>{tables.create}</Button>,
        }}
        actions={[
          <Button key="delete" disabled={chosen === undefined} onClick={() => setDeleting(true)}>
            {shell.delete}
          </Button>,
          create,
        ]}
        columns={[
          {
            id: 'name',
            header: shell.name,
            isRowHeader: true,
            sortingField: 'TableName',
            cell: (table) => (
              <Link href={href('tables', 'table', table.TableName)}>{table.TableName}</Link>
            ),
          },
          {
            id: 'status',
            header: shell.status,
            cell: (table) => <State state={table.TableStatus} />,
          },
          {
            id: 'partition',
            header: tables.partitionKey,
            cell: (table) => keyOf(table, 'HASH', tables),
          },
          { id: 'sort', header: tables.sortKey, cell: (table) => keyOf(table, 'RANGE', tables) },
          {
            id: 'stream',
            header: tables.stream,
            cell: ({ StreamSpecification: stream }) =>
              stream?.StreamEnabled
                ? (tables.views[stream.StreamViewType ?? ''] ?? shell.on)
                : shell.off,
          },
          {
            id: 'items',
            header: tables.items,
            sortingField: 'ItemCount',
            cell: (table) => number.format(table.ItemCount),
          },
        ]}
      />
      {isDeleting && chosen && (
        <DeleteModal
          name={chosen.TableName}
          remove={() => deleteTable(chosen.TableName)}
          onClose={() => setDeleting(false)}
          onDone={() => {
            setDeleting(false);
            setSelected([]);
            loaded.reload();
          }}
        />
      )}
    </Page>
  );
}
