import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';
import { deleteApiDestination, listApiDestinations, type ApiDestination } from '../../api/events';
import { useTexts } from '../../i18n/language';
import { DeleteModal } from '../../parts/delete-modal';
import { useLoaded } from '../../parts/loaded';
import { Page } from '../../parts/page';
import { ResourceTable } from '../../parts/resource-table';
import { State } from '../../parts/state';
import { href, navigate } from '../../router';
import { connectionName } from './connection-name';
import { TestRequestModal } from './test-request';

const REFRESH_MS = 5_000;

/** All API destinations. */
export function DestinationList() {
  const { shell, destinations, testRequest } = useTexts();
  const loaded = useLoaded('api-destinations', listApiDestinations, REFRESH_MS);
  const [selected, setSelected] = useState<ApiDestination[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  const [isTesting, setTesting] = useState(false);
  const chosen = selected[0];
  return (
    <Page title={shell.apiDestinations} description={destinations.destinationsIntro}>
      <ResourceTable
        title={shell.apiDestinations}
        loaded={loaded}
        nameOf={({ Name }) => Name}
        selected={selected}
        onSelect={setSelected}
        empty={{
          title: destinations.noDestinations,
          hint: destinations.noDestinationsHint,
          action: (
            <Button onClick={() => navigate('api-destinations', 'create')}>
              {destinations.createDestination}
            </Button>
          ),
        }}
        actions={[
          <Button key="delete" disabled={!chosen} onClick={() => setDeleting(true)}>
            {shell.delete}
          </Button>,
          <Button key="test" disabled={!chosen} onClick={() => setTesting(true)}>
            {testRequest.open}
          </Button>,
          <Button
            key="edit"
            disabled={!chosen}
            onClick={() => chosen && navigate('api-destinations', 'edit', chosen.Name)}
          >
            {shell.edit}
          </Button>,
          <Button
            key="create"
            variant="primary"
            onClick={() => navigate('api-destinations', 'create')}
          >
            {destinations.createDestination}
          </Button>,
        ]}
        columns={[
          {
            id: 'name',
            header: shell.name,
            isRowHeader: true,
            sortingField: 'Name',
            cell: ({ Name }) => <Link href={href('api-destinations', 'edit', Name)}>{Name}</Link>,
          },
          {
            id: 'status',
            header: shell.status,
            cell: ({ ApiDestinationState }) => <State state={ApiDestinationState} />,
          },
          {
            id: 'endpoint',
            header: destinations.endpoint,
            cell: ({ HttpMethod, InvocationEndpoint }) => `${HttpMethod} ${InvocationEndpoint}`,
          },
          {
            id: 'rate',
            header: destinations.rate,
            cell: ({ InvocationRateLimitPerSecond: rate }) => rate ?? '-',
          },
          {
            id: 'connection',
            header: destinations.connection,
            cell: ({ ConnectionArn }) => connectionName(ConnectionArn),
          },
        ]}
      />
      {isTesting && chosen && (
        <TestRequestModal destination={chosen} onClose={() => setTesting(false)} />
      )}
      {isDeleting && chosen && (
        <DeleteModal
          name={chosen.Name}
          remove={() => deleteApiDestination(chosen.Name)}
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
