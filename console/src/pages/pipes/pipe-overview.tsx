import Alert from '@cloudscape-design/components/alert';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { PipeState, PipeStatus } from '../../api/freshet';
import { useLanguage, useTexts } from '../../i18n/language';
import { State } from '../../parts/state';
import { PipeFindings } from './pipe-findings';
import { sourceName } from './source-name';

/** How the pipe does right now. */
export function PipeOverview({ pipe }: { pipe: PipeState }) {
  const { shell, pipes } = useTexts();
  return (
    <SpaceBetween size="l">
      <PipeFindings name={pipe.name} />
      <Container>
        <KeyValuePairs
          columns={4}
          items={[
            { label: shell.status, value: <State state={pipe.currentState} /> },
            { label: pipes.source, value: sourceName(pipe.source) },
            { label: pipes.target, value: pipe.endpoint ?? pipe.target },
            { label: pipes.reason, value: pipe.stateReason ?? '-' },
          ]}
        />
      </Container>
      {pipe.status ? (
        <Numbers status={pipe.status} />
      ) : (
        <Alert type="info">{pipes.notRunning}</Alert>
      )}
    </SpaceBetween>
  );
}

function Numbers({ status }: { status: PipeStatus }) {
  const { language, texts } = useLanguage();
  const { pipes } = texts;
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const counts = (['read', 'filtered', 'delivered', 'retried'] as const).map((count) => ({
    label: pipes[count],
    value: format.format(status[count]),
  }));
  const { p50, p99 } = status.delay;
  const { lastDelivery: delivery, lastFailure: failure } = status;
  return (
    <Container header={<Header variant="h2">{pipes.sinceStart}</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          ...counts,
          { label: pipes.failed, value: format.format(status.deadLettered) },
          { label: pipes.inFlight, value: format.format(status.inFlight) },
          {
            label: pipes.delay,
            value: pipes.milliseconds(`${format.format(p50)} / ${format.format(p99)}`),
          },
          {
            label: pipes.lag,
            value: status.idle ? (
              <StatusIndicator>{pipes.idle}</StatusIndicator>
            ) : (
              <StatusIndicator type="in-progress">{pipes.busy}</StatusIndicator>
            ),
          },
          { label: pipes.lastDelivery, value: <Last at={delivery?.at} what={delivery?.status} /> },
          { label: pipes.lastFailure, value: <Last at={failure?.at} what={failure?.reason} /> },
        ]}
      />
    </Container>
  );
}

/** When it was, and with which outcome. */
function Last({ at, what }: { at: number | undefined; what: string | number | undefined }) {
  const { language } = useLanguage();
  if (at === undefined) return '-';
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  return (
    <>
      <div>{time.format(at)}</div>
      {what !== undefined && <div className="breakable">{what}</div>}
    </>
  );
}
