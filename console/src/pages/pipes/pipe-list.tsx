import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';
import { listPipeStates, type PipeState } from '../../api/freshet';
import { deletePipe, startPipe, stopPipe } from '../../api/pipes';
import { useLanguage } from '../../i18n/language';
import { DeleteModal } from '../../parts/delete-modal';
import { useLoaded } from '../../parts/loaded';
import { useNotices } from '../../parts/notices';
import { Page } from '../../parts/page';
import { ResourceTable } from '../../parts/resource-table';
import { State } from '../../parts/state';
import { href, navigate } from '../../router';
import { sourceName } from './source-name';

const REFRESH_MS = 2_000;

/** All pipes, with what they have carried. */
export function PipeList() {
  const { language, texts } = useLanguage();
  const { shell, pipes } = texts;
  const notices = useNotices();
  const loaded = useLoaded('pipes', listPipeStates, REFRESH_MS);
  const [selected, setSelected] = useState<PipeState[]>([]);
  const [isDeleting, setDeleting] = useState(false);
  const chosen = loaded.value?.find(({ name }) => name === selected[0]?.name);
  const number = new Intl.NumberFormat(language);
  const act = async (action: (name: string) => Promise<unknown>, told: string): Promise<void> => {
    try {
      await action(chosen!.name);
      notices.done(told);
      loaded.reload();
    } catch (error) {
      notices.failed(error);
    }
  };
  const isStopped = chosen?.desiredState === 'STOPPED';
  return (
    <Page title={shell.pipes} description={pipes.intro}>
      <ResourceTable
        title={shell.pipes}
        loaded={loaded}
        nameOf={({ name }) => name}
        selected={selected}
        onSelect={setSelected}
        empty={{
          title: pipes.emptyTitle,
          hint: pipes.emptyHint,
          action: <Button onClick={() => navigate('pipes', 'create')}>{pipes.create}</Button>,
        }}
        actions={[
          <Button
            key="toggle"
            disabled={!chosen}
            onClick={() =>
              chosen &&
              void (isStopped
                ? act(startPipe, pipes.started(chosen.name))
                : act(stopPipe, pipes.stopped(chosen.name)))
            }
          >
            {isStopped ? pipes.start : pipes.stop}
          </Button>,
          <Button key="delete" disabled={!chosen} onClick={() => setDeleting(true)}>
            {shell.delete}
          </Button>,
          <Button key="create" variant="primary" onClick={() => navigate('pipes', 'create')}>
            {pipes.create}
          </Button>,
        ]}
        columns={[
          {
            id: 'name',
            header: shell.name,
            isRowHeader: true,
            sortingField: 'name',
            cell: ({ name }) => <Link href={href('pipes', 'pipe', name)}>{name}</Link>,
          },
          {
            id: 'status',
            header: shell.status,
            cell: ({ currentState }) => <State state={currentState} />,
          },
          { id: 'source', header: pipes.source, cell: ({ source }) => sourceName(source) },
          {
            id: 'target',
            header: pipes.target,
            cell: ({ endpoint, target }) => endpoint ?? sourceName(target),
          },
          {
            id: 'delivered',
            header: pipes.delivered,
            cell: ({ status }) => (status ? number.format(status.delivered) : '-'),
          },
          {
            id: 'failed',
            header: pipes.failed,
            cell: ({ status }) => (status ? number.format(status.deadLettered) : '-'),
          },
        ]}
      />
      {isDeleting && chosen && (
        <DeleteModal
          name={chosen.name}
          remove={() => deletePipe(chosen.name)}
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
