import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator, {
  type StatusIndicatorProps,
} from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { ApiError } from '../../api/http';
import type { TracedRecord } from '../../api/trace';
import { useLanguage } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { plainText } from '../tables/item-json';
import { TraceDetails } from './trace-details';
import { useTrace } from './use-trace';

const TYPES: Record<string, StatusIndicatorProps.Type> = {
  delivered: 'success',
  filtered: 'stopped',
  skipped: 'stopped',
  superseded: 'stopped',
  retrying: 'warning',
  'dead-lettered': 'error',
};

/** Rows at once: all of them are new whenever the page is drawn, at full speed. */
const PAGE = 40;

/** The pipe's records as they pass, each of which opens as a trace. */
export function LiveTail({ name }: { name: string }) {
  const { language, texts } = useLanguage();
  const { shell, trace } = texts;
  const [isPaused, setPaused] = useState(false);
  const [selected, setSelected] = useState<number>();
  const [page, setPage] = useState(1);
  const { records, dropped, error } = useTrace(name, isPaused);
  const time = new Intl.DateTimeFormat(language, {
    timeStyle: 'medium',
  });
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const chosen = records.find(({ id }) => id === selected);
  return (
    <SpaceBetween size="l">
      {/* That the server does not answer is said above, for the whole page. */}
      {!isUnreachable(error) && <ErrorAlert error={error} />}
      {dropped > 0 && <Alert type="info">{trace.dropped(number.format(dropped))}</Alert>}
      <div className={chosen ? 'tail chosen' : 'tail'}>
        <Table
          items={records.slice((page - 1) * PAGE, page * PAGE)}
          trackBy={({ id }) => String(id)}
          selectionType="single"
          selectedItems={chosen ? [chosen] : []}
          onSelectionChange={({ detail }) => setSelected(detail.selectedItems[0]?.id)}
          onRowClick={({ detail }) => setSelected(detail.item.id)}
          ariaLabels={{
            selectionGroupLabel: shell.selection,
            itemSelectionLabel: (_, record) => labelOf(record),
            tableLabel: trace.title,
          }}
          header={
            <Header
              variant="h2"
              description={trace.hint}
              counter={`(${String(records.length)})`}
              actions={
                <Button iconName={isPaused ? 'play' : 'pause'} onClick={() => setPaused(!isPaused)}>
                  {isPaused ? trace.resume : trace.pause}
                </Button>
              }
            >
              {trace.title}
            </Header>
          }
          pagination={
            <Pagination
              currentPageIndex={page}
              pagesCount={Math.max(1, Math.ceil(records.length / PAGE))}
              onChange={({ detail }) => setPage(detail.currentPageIndex)}
            />
          }
          empty={
            <SpaceBetween size="s">
              <Box variant="strong">{trace.empty}</Box>
              <Box color="text-body-secondary">{trace.emptyHint}</Box>
            </SpaceBetween>
          }
          columnDefinitions={[
            {
              id: 'time',
              header: trace.time,
              cell: ({ writtenAt }) => time.format(new Date(writtenAt)),
            },
            { id: 'event', header: trace.event, cell: ({ eventName }) => eventName },
            {
              id: 'keys',
              header: trace.keys,
              isRowHeader: true,
              cell: ({ keys }) => <span className="mono">{plainText(keys)}</span>,
            },
            {
              id: 'outcome',
              header: trace.outcome,
              cell: ({ outcome }) => (
                <StatusIndicator type={TYPES[outcome] ?? 'in-progress'}>
                  {trace.outcomes[outcome] ?? outcome}
                </StatusIndicator>
              ),
            },
            { id: 'attempts', header: trace.attempts, cell: ({ attemptCount }) => attemptCount },
            {
              id: 'took',
              header: trace.took,
              cell: ({ writtenAt, endedAt }) =>
                endedAt === undefined
                  ? '-'
                  : trace.milliseconds(number.format(endedAt - writtenAt)),
            },
          ]}
        />
        {chosen && (
          <div className="tail-trace">
            <TraceDetails record={chosen} />
          </div>
        )}
      </div>
    </SpaceBetween>
  );
}

function isUnreachable(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'Unreachable';
}

function labelOf({ id, eventName, keys }: TracedRecord): string {
  return `${String(id)} ${eventName} ${plainText(keys)}`;
}
