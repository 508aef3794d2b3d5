import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';
import { deleteConnection, listConnections, type Connection } from '../../api/events';
import { useLanguage } from '../../i18n/language';
import { DeleteModal } from '../../parts/delete-modal';
import { useLoaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { ResourceTable } from '../../parts/resource-table';
import { State } from '../../parts/state';
import { href, navigate } from '../../router';

const REFRESH_MS = 5_000;

/** All connections. */
export function ConnectionList() {
  const { language, texts } = useLanguage();
  const { shell, destinations } = texts;
  const loaded = useLoaded('connections', listConnections, REFRESH_MS);
  const [selected, setSelected] = useState<Connection[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  const chosen = selected[0];
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <Page title={shell.connections} description={destinations.connectionsIntro}>
      <ResourceTable
        title={shell.connections}
        loaded={loaded}
        nameOf={({ Name }) => Name}
        selected={selected}
        onSelect={setSelected}
        empty={{
          title: destinations.noConnections,
          hint: destinations.noConnectionsHint,
          action: (
            <Button onClick={() => navigate('connections', 'create')}>
              {destinations.createConnection}
            </Button>
          ),
        }}
        actions={[
          <Button key="delete" disabled={!chosen} onClick={() => setDeleting(true)}>
            {shell.delete}
          </Button>,
          <Button
            key="edit"
            disabled={!chosen}
            onClick={() => chosen && navigate('connections', 'edit', chosen.Name)}
          >
            {shell.edit}
          </Button>,
          <Button key="create" variant="primary" onClick={() => navigate('connections', 'create')}>
            {destinations.createConnection}
          </Button>,
        ]}
        columns={[
          {
            id: 'name',
            header: shell.name,
            isRowHeader: true,
            sortingField: 'Name',
            cell: ({ Name }) => <Link href={href('connections', 'edit', Name)}>{Name}</Link>,
          },
          {
            id: 'status',
            header: shell.status,
            cell: ({ ConnectionState }) => <State state={ConnectionState} />,
          },
          {
            id: 'type',
            header: destinations.authorization,
            cell: ({ AuthorizationType }) => destinations.types[AuthorizationType],
          },
          {
            id: 'modified',
            header: destinations.modified,
            cell: ({ LastModifiedTime }) => date.format(new Date(LastModifiedTime * 1000)),
          },
        ]}
      />
      {isDeleting && chosen && (
        <DeleteModal
          name={chosen.Name}
          remove={() => deleteConnection(chosen.Name)}
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
