import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import ProgressBar, { type ProgressBarProps } from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { cancelBackfill, showBackfill, startBackfill, type Backfill } from '../../api/backfill';
import { useLanguage, useTexts } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';

const REFRESH_MS = 1_000;

/** Sends what is in the table already; shows how far that is. */
export function BackfillPanel({ name }: { name: string }) {
  const { fill } = useTexts();
  const [isWatched, setWatched] = useState(true);
  const loaded = useLoaded(name, () => showBackfill(name), isWatched ? REFRESH_MS : undefined);
  const [segments, setSegments] = useState('4');
  const [rate, setRate] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const isRunning = loaded.value?.state === 'RUNNING';
  // What has ended does not change, and browsers log each answer that there is none.
  if (!loaded.isLoading && isWatched !== isRunning) setWatched(isRunning);
  const act = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      if (isRunning) await cancelBackfill(name);
      else
        await startBackfill(name, {
          ...(segments !== '' && { segments: Number(segments) }),
          ...(rate !== '' && { rate: Number(rate) }),
        });
      loaded.reload();
    } catch (failure) {
      setError(failure);
    }
    setBusy(false);
  };
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={fill.backfillHint}
          actions={
            <Button loading={isBusy} onClick={() => void act()}>
              {isRunning ? fill.cancel : fill.start}
            </Button>
          }
        >
          {fill.backfill}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <ColumnLayout columns={2}>
          <FormField label={fill.segments} constraintText={fill.segmentsHint}>
            <Input
              type="number"
              value={segments}
              disabled={isRunning}
              onChange={({ detail }) => setSegments(detail.value)}
            />
          </FormField>
          <FormField label={fill.rate} constraintText={fill.rateHint}>
            <Input
              type="number"
              value={rate}
              disabled={isRunning}
              onChange={({ detail }) => setRate(detail.value)}
            />
          </FormField>
        </ColumnLayout>
        <ErrorAlert error={error ?? loaded.error} />
        {loaded.value ? <Progress backfill={loaded.value} /> : !loaded.isLoading && fill.none}
      </SpaceBetween>
    </Container>
  );
}

const STATUS: Record<Backfill['state'], ProgressBarProps.Status> = {
  RUNNING: 'in-progress',
  COMPLETED: 'success',
  CANCELLED: 'error',
  FAILED: 'error',
};

function Progress({ backfill }: { backfill: Backfill }) {
  const { language, texts } = useLanguage();
  const { fill, pipes } = texts;
  const { state, stateReason, about, read, startedAt, finishedAt } = backfill;
  const number = new Intl.NumberFormat(language, { maximumFractionDigits: 1 });
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' });
  const { delivered, filtered, skipped, superseded, deadLettered } = backfill;
  const done = delivered + filtered + skipped + superseded + deadLettered;
  // Items that came and went meanwhile: what was counted at the beginning is no more than a guess.
  const all = Math.max(about, read, 1);
  const took = ((finishedAt ?? Date.now()) - startedAt) / 1000;
  return (
    <SpaceBetween size="l">
      <ProgressBar
        label={fill.progress}
        value={Math.floor((done / all) * 100)}
        description={fill.readOf(number.format(read), number.format(about))}
        status={STATUS[state]}
        resultText={fill.states[state]}
        {...(stateReason !== undefined && { additionalInfo: stateReason })}
      />
      <KeyValuePairs
        columns={4}
        items={[
          { label: pipes.delivered, value: number.format(delivered) },
          { label: pipes.filtered, value: number.format(filtered) },
          { label: fill.superseded, value: number.format(superseded) },
          { label: fill.skipped, value: number.format(skipped) },
          { label: pipes.failed, value: number.format(deadLettered) },
          { label: fill.startedAt, value: time.format(new Date(startedAt)) },
          { label: fill.took, value: fill.seconds(number.format(took)) },
        ]}
      />
    </SpaceBetween>
  );
}
