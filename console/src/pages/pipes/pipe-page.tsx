import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { useState } from 'react';
import { showPipe } from '../../api/freshet';
import { deletePipe, startPipe, stopPipe } from '../../api/pipes';
import { useTexts } from '../../i18n/language';
import { DeleteModal } from '../../parts/delete-modal';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';
import { useNotices } from '../../parts/notices';
import { Page } from '../../parts/page';
import { navigate, usePart } from '../../router';
import { BackfillPanel } from './backfill-panel';
import { DeadLetters } from './dead-letters';
import { LiveTail } from './live-tail';
import { PipeDefinition } from './pipe-definition';
import { PipeMetrics } from './pipe-metrics';
import { PipeOverview } from './pipe-overview';
import { VerifyPanel } from './verify-panel';

const REFRESH_MS = 1_000;
const TABS = ['overview', 'tail', 'fill', 'metrics', 'dead-letters', 'definition'] as const;

/** One pipe: how it does, its charts, what failed, what it is. */
export function PipePage({ name }: { name: string }) {
  const { fill, shell, pipes, trace } = useTexts();
  const notices = useNotices();
  const loaded = useLoaded(name, () => showPipe(name), REFRESH_MS);
  const [tab, setTab] = usePart(['pipes', 'pipe', name], TABS);
  const [isDeleting, setDeleting] = useState(false);
  const pipe = loaded.value;
  const isStopped = pipe?.desiredState === 'STOPPED';
  const toggle = async (): Promise<void> => {
    try {
      await (isStopped ? startPipe : stopPipe)(name);
      notices.done(isStopped ? pipes.started(name) : pipes.stopped(name));
      loaded.reload();
    } catch (error) {
      notices.failed(error);
    }
  };
  return (
    <Page
      title={name}
      trail={[{ text: shell.pipes, route: ['pipes'] }]}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button disabled={!pipe} onClick={() => void toggle()}>
            {isStopped ? pipes.start : pipes.stop}
          </Button>
          <Button disabled={!pipe} onClick={() => navigate('pipes', 'duplicate', name)}>
            {pipes.duplicate}
          </Button>
          <Button disabled={!pipe} onClick={() => setDeleting(true)}>
            {shell.delete}
          </Button>
          <Button
            variant="primary"
            disabled={!pipe}
            onClick={() => navigate('pipes', 'edit', name)}
          >
            {shell.edit}
          </Button>
        </SpaceBetween>
      }
    >
      <ErrorAlert error={loaded.error} onRetry={loaded.reload} />
      {pipe && (
        <Tabs
          activeTabId={tab}
          onChange={({ detail }) => setTab(detail.activeTabId)}
          tabs={[
            { id: 'overview', label: pipes.overview, content: <PipeOverview pipe={pipe} /> },
            { id: 'tail', label: trace.title, content: <LiveTail name={name} /> },
            {
              id: 'fill',
              label: fill.tab,
              content: (
                <SpaceBetween size="l">
                  <BackfillPanel name={name} />
                  <VerifyPanel name={name} />
                </SpaceBetween>
              ),
            },
            { id: 'metrics', label: pipes.metrics, content: <PipeMetrics name={name} /> },
            { id: 'dead-letters', label: pipes.deadLetters, content: <DeadLetters name={name} /> },
            { id: 'definition', label: pipes.definition, content: <PipeDefinition name={name} /> },
          ]}
        />
      )}
      {isDeleting && (
        <DeleteModal
          name={name}
          remove={() => deletePipe(name)}
          onClose={() => setDeleting(false)}
          onDone={() => navigate('pipes')}
        />
      )}
    </Page>
  );
}
