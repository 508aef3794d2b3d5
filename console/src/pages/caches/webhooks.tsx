import Button from '@cloudscape-design/components/button';
import { useState } from 'react';
import { deleteWebhook, listWebhooks, type Webhook } from '../../api/webhooks';
import { useTexts } from '../../i18n/language';
import { DeleteModal } from '../../parts/delete-modal';
import { useLoaded } from '../../parts/loaded';
import { ResourceTable } from '../../parts/resource-table';
import { WebhookDialog } from './webhook-dialog';
import { WebhookSecret } from './webhook-secret';

/** Where the messages of a cache's topics are posted. */
export function Webhooks({ cache }: { cache: string }) {
  const { shell, webhooks } = useTexts();
  const loaded = useLoaded(`webhooks ${cache}`, () => listWebhooks(cache));
  const [selected, setSelected] = useState<Webhook[]>([]);
  const [opened, setOpened] = useState<'new' | 'edit' | 'delete' | 'secret' | 'rotate'>();
  const chosen = selected[0];
  const close = (): void => setOpened(undefined);
  const done = (): void => {
    close();
    setSelected([]);
    loaded.reload();
  };
  const action = (what: NonNullable<typeof opened>, text: string) => (
    <Button key={what} disabled={!chosen} onClick={() => setOpened(what)}>
      {text}
    </Button>
  );
  return (
    <>
      <ResourceTable
        title={webhooks.title}
        description={webhooks.hint}
        loaded={loaded}
        nameOf={({ name }) => name}
        selected={selected}
        onSelect={setSelected}
        empty={{ title: webhooks.empty, hint: webhooks.emptyHint }}
        actions={[
          action('delete', shell.delete),
          action('edit', shell.edit),
          action('secret', webhooks.secret),
          action('rotate', webhooks.rotate),
          <Button key="new" variant="primary" onClick={() => setOpened('new')}>
            {webhooks.put}
          </Button>,
        ]}
        columns={[
          { id: 'name', header: shell.name, isRowHeader: true, cell: ({ name }) => name },
          { id: 'topic', header: webhooks.topic, cell: ({ topic }) => topic },
          {
            id: 'url',
            header: webhooks.url,
            cell: ({ url }) => <span className="mono">{url}</span>,
          },
        ]}
      />
      {opened === 'new' && (
        <WebhookDialog cache={cache} webhook={undefined} onClose={close} onDone={done} />
      )}
      {opened === 'edit' && chosen && (
        <WebhookDialog cache={cache} webhook={chosen} onClose={close} onDone={done} />
      )}
      {(opened === 'secret' || opened === 'rotate') && chosen && (
        <WebhookSecret
          cache={cache}
          name={chosen.name}
          isRotated={opened === 'rotate'}
          onClose={close}
        />
      )}
      {opened === 'delete' && chosen && (
        <DeleteModal
          name={chosen.name}
          remove={() => deleteWebhook(cache, chosen.name)}
          onClose={close}
          onDone={done}
        />
      )}
    </>
  );
}
