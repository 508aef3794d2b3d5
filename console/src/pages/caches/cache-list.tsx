import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';
import { createCache, deleteCache, listCaches, type CacheStatistics } from '../../api/freshet';
import { useLanguage, useTexts } from '../../i18n/language';
import { Dialog } from '../../parts/dialog';
import { DeleteModal } from '../../parts/delete-modal';
import { useLoaded } from '../../parts/loaded';
import { useNotices } from '../../parts/notices';
import { Page } from '../../parts/page';
import { ResourceTable } from '../../parts/resource-table';
import { href, navigate } from '../../router';
import { ApiKeys } from './api-keys';

const REFRESH_MS = 3_000;
const COUNTS = ['items', 'bytes', 'hits', 'misses', 'evictions', 'expirations'] as const;

/** All caches with their statistics, and the keys that let in to them. */
export function CacheList() {
  const { language, texts } = useLanguage();
  const { shell, caches } = texts;
  const loaded = useLoaded('caches', listCaches, REFRESH_MS);
  const [selected, setSelected] = useState<CacheStatistics[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  const [isCreating, setCreating] = useState(false);
  const chosen = selected[0];
  const number = new Intl.NumberFormat(language);
  return (
    <Page title={shell.caches} description={caches.intro}>
      <ResourceTable
        title={shell.caches}
        loaded={loaded}
        nameOf={({ name }) => name}
        selected={selected}
        onSelect={setSelected}
        empty={{
          title: caches.emptyTitle,
          hint: caches.emptyHint,
          action: <Button onClick={() => setCreating(true)}>{caches.create}</Button>,
        }}
        actions={[
          <Button key="delete" disabled={!chosen} onClick={() => setDeleting(true)}>
            {shell.delete}
          </Button>,
          <Button key="create" variant="primary" onClick={() => setCreating(true)}>
            {caches.create}
          </Button>,
        ]}
        columns={[
          {
            id: 'name',
            header: shell.name,
            isRowHeader: true,
            sortingField: 'name',
            cell: ({ name }) => <Link href={href('caches', 'cache', name)}>{name}</Link>,
          },
          ...COUNTS.map((count) => ({
            id: count,
            header: caches[count],
            sortingField: count,
            cell: (cache: CacheStatistics) => number.format(cache[count]),
          })),
        ]}
      />
      <ApiKeys />
      {isCreating && <CreateCache onClose={() => setCreating(false)} />}
      {isDeleting && chosen && (
        <DeleteModal
          name={chosen.name}
          remove={() => deleteCache(chosen.name)}
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

function CreateCache({ onClose }: { onClose: () => void }) {
  const { shell, caches } = useTexts();
  const notices = useNotices();
  const [name, setName] = useState('');
  const [isTried, setTried] = useState(false);
  const create = async (): Promise<void> => {
    setTried(true);
    if (name === '') return;
    await createCache(name);
    notices.done(shell.created(name));
    navigate('caches', 'cache', name);
  };
  return (
    <Dialog
      title={caches.createTitle}
      onClose={onClose}
      action={{ text: shell.create, run: create }}
    >
      <FormField label={shell.name} errorText={isTried && name === '' && shell.required}>
        <Input value={name} onChange={({ detail }) => setName(detail.value.trim())} />
      </FormField>
    </Dialog>
  );
}
