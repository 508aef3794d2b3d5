import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { listKeys, revokeKey, type KeyRecord } from '../../api/freshet';
import { useLanguage } from '../../i18n/language';
import { DeleteModal } from '../../parts/delete-modal';
import { useLoaded } from '../../parts/loaded';
import { ResourceTable } from '../../parts/resource-table';
import { CreateKey } from './create-key';

/** The keys that were made, without their secrets. */
export function ApiKeys() {
  const { language, texts } = useLanguage();
  const { shell, caches } = texts;
  const loaded = useLoaded('keys', listKeys);
  const [selected, setSelected] = useState<KeyRecord[]>([]);
  const [isCreating, setCreating] = useState(false);
  const [isRevoking, setRevoking] = useState(false);
  const chosen = selected[0];
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  return (
    <>
      <ResourceTable
        title={caches.keys}
        loaded={loaded}
        nameOf={({ id }) => id}
        selected={selected}
        onSelect={setSelected}
        empty={{ title: caches.noKeys, hint: caches.noKeysHint }}
        actions={[
          <Button
            key="revoke"
            disabled={!chosen || chosen.revokedAt !== undefined}
            onClick={() => setRevoking(true)}
          >
            {caches.revoke}
          </Button>,
          <Button key="create" onClick={() => setCreating(true)}>
            {caches.createKey}
          </Button>,
        ]}
        columns={[
          {
            id: 'id',
            header: 'ID',
            isRowHeader: true,
            cell: ({ id }) => <span className="mono">{id}</span>,
          },
          {
            id: 'description',
            header: shell.description,
            cell: ({ description }) => description || '-',
          },
          {
            id: 'expires',
            header: caches.expires,
            cell: ({ expiresAt }) =>
              expiresAt === undefined ? caches.never : date.format(new Date(expiresAt * 1000)),
          },
          {
            id: 'status',
            header: shell.status,
            cell: ({ revokedAt }) =>
              revokedAt === undefined ? (
                <StatusIndicator>{shell.state['ACTIVE']}</StatusIndicator>
              ) : (
                <StatusIndicator type="stopped">{caches.revoked}</StatusIndicator>
              ),
          },
        ]}
      />
      <Box color="text-body-secondary">{caches.keysHint}</Box>
      {isCreating && (
        <CreateKey
          onClose={() => {
            setCreating(false);
            loaded.reload();
          }}
        />
      )}
      {isRevoking && chosen && (
        <DeleteModal
          name={chosen.id}
          hint={caches.revokeHint}
          remove={() => revokeKey(chosen.id)}
          onClose={() => setRevoking(false)}
          onDone={() => {
            setRevoking(false);
            setSelected([]);
            loaded.reload();
          }}
        />
      )}
    </>
  );
}
