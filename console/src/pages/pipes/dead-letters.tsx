import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import {
  discardDeadLetters,
  listDeadLetters,
  replayDeadLetters,
  type DeadLetter,
  type ReplayResult,
} from '../../api/freshet';
import { useLanguage } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import { useNotices } from '../../parts/notices';
import { EditLetter } from './edit-letter';

const REFRESH_MS = 3_000;
/** What one answer of the API holds at most; what is sent again goes in such portions, too. */
const PAGE = 100;

/** Records that were given up: why, what was sent and answered, and the way to send them again. */
export function DeadLetters({ name }: { name: string }) {
  const { language, texts } = useLanguage();
  const { shell, pipes, mend } = texts;
  const notices = useNotices();
  const [pages, setPages] = useState(1);
  const loaded = useLoaded(`${name} ${String(pages)}`, () => firstPages(name, pages), REFRESH_MS);
  const [selected, setSelected] = useState<DeadLetter[]>([]);
  const [isForced, setForced] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [edited, setEdited] = useState<DeadLetter>();
  const letters = loaded.value ?? [];
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'medium' });
  const act = async (action: (ids: string[]) => Promise<string>): Promise<void> => {
    setBusy(true);
    try {
      const ids = selected.map(({ id }) => id);
      for (let at = 0; at < ids.length; at += PAGE)
        notices.done(await action(ids.slice(at, at + PAGE)));
      setSelected([]);
    } catch (error) {
      notices.failed(error);
    }
    setBusy(false);
    loaded.reload();
  };
  const replay = async (ids: string[]): Promise<string> => {
    const results = await replayDeadLetters(name, ids, isForced);
    const counts = new Map<ReplayResult['result'], number>();
    for (const { result } of results) counts.set(result, (counts.get(result) ?? 0) + 1);
    const parts = [...counts].map(([result, count]) => `${String(count)} ${pipes.results[result]}`);
    return pipes.replayed(parts.join(', '));
  };
  const discard = async (ids: string[]): Promise<string> =>
    pipes.discarded((await discardDeadLetters(name, ids)).discarded);
  return (
    <SpaceBetween size="m">
      <ErrorAlert error={loaded.error} onRetry={loaded.reload} />
      <Table
        items={letters}
        trackBy="id"
        loading={!loaded.value && loaded.error === undefined}
        loadingText={shell.loading}
        selectionType="multi"
        selectedItems={selected}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        wrapLines
        ariaLabels={{
          selectionGroupLabel: shell.selection,
          allItemsSelectionLabel: () => pipes.chooseAll,
          itemSelectionLabel: (_, { id }) => id,
          tableLabel: pipes.deadLetters,
        }}
        header={
          <Header
            variant="h2"
            counter={`(${String(letters.length)})`}
            actions={
              <SpaceBetween direction="horizontal" size="xs" alignItems="center">
                <Checkbox checked={isForced} onChange={({ detail }) => setForced(detail.checked)}>
                  {pipes.force}
                </Checkbox>
                <Button disabled={selected.length !== 1} onClick={() => setEdited(selected[0])}>
                  {mend.edit}
                </Button>
                <Button
                  disabled={selected.length === 0}
                  loading={isBusy}
                  onClick={() => void act(discard)}
                >
                  {pipes.discard}
                </Button>
                <Button
                  variant="primary"
                  disabled={selected.length === 0}
                  loading={isBusy}
                  onClick={() => void act(replay)}
                >
                  {pipes.replay}
                </Button>
              </SpaceBetween>
            }
          >
            {pipes.deadLetters}
          </Header>
        }
        empty={
          <SpaceBetween size="s">
            <Box variant="strong">{pipes.noDeadLetters}</Box>
            <Box color="text-body-secondary">{pipes.noDeadLettersHint}</Box>
          </SpaceBetween>
        }
        columnDefinitions={[
          {
            id: 'failedAt',
            header: pipes.failedAt,
            width: 170,
            isRowHeader: true,
            cell: ({ failedAt }) => time.format(new Date(failedAt)),
          },
          { id: 'condition', header: pipes.condition, width: 160, cell: (one) => one.condition },
          { id: 'reason', header: pipes.reason, minWidth: 200, cell: (one) => one.reason },
          { id: 'attempts', header: pipes.attempts, width: 100, cell: (one) => one.attempts },
          {
            id: 'record',
            header: pipes.record,
            minWidth: 160,
            cell: ({ record, request, response }) => (
              <ExpandableSection headerText={pipes.record}>
                <Part title={pipes.record} value={record} />
                <Part title={pipes.request} value={request} />
                <Part title={pipes.response} value={response} />
              </ExpandableSection>
            ),
          },
        ]}
        footer={
          letters.length === pages * PAGE && (
            <Box textAlign="center">
              <Button onClick={() => setPages(pages + 1)}>{pipes.more}</Button>
            </Box>
          )
        }
      />
      {edited && (
        <EditLetter
          pipe={name}
          letter={edited}
          isForced={isForced}
          onClose={(isSent) => {
            setEdited(undefined);
            if (isSent) setSelected([]);
            loaded.reload();
          }}
        />
      )}
    </SpaceBetween>
  );
}

function Part({ title, value }: { title: string; value: unknown }) {
  if (value === undefined || value === null) return null;
  return (
    <>
      <Box variant="awsui-key-label">{title}</Box>
      <pre className="value mono" tabIndex={0}>
        {JSON.stringify(value, null, 2)}
      </pre>
    </>
  );
}

async function firstPages(name: string, pages: number): Promise<DeadLetter[]> {
  const letters: DeadLetter[] = [];
  for (let page = 0; page < pages; page += 1) {
    const found = await listDeadLetters(name, letters.at(-1)?.id);
    letters.push(...found);
    if (found.length < PAGE) break;
  }
  return letters;
}
