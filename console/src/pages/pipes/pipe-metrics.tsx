import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import LineChart, { type LineChartProps } from '@cloudscape-design/components/line-chart';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { pipeMetrics, type Metric } from '../../api/freshet';
import { useLanguage } from '../../i18n/language';
import { ErrorAlert } from '../../parts/error-alert';
import { useLoaded } from '../../parts/loaded';

const REFRESH_MS = 5_000;
const SPANS = [15, 60, 180];
const CHART_HEIGHT = 200;
const MINUTE_MS = 60_000;

type Statistic = 'sum' | 'average' | 'maximum';
type Series = LineChartProps<Date>['series'][number];

/** The pipe's metrics, drawn: what the server measured, one point a minute. */
export function PipeMetrics({ name }: { name: string }) {
  const { language, texts } = useLanguage();
  const { shell, pipes } = texts;
  const [minutes, setMinutes] = useState(SPANS[0]!);
  const loaded = useLoaded(
    `${name} ${String(minutes)}`,
    () => pipeMetrics(name, minutes),
    REFRESH_MS,
  );
  const metrics = loaded.value ?? [];
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'short' });
  const line = (title: string, metric: string, statistic: Statistic): Series => ({
    title,
    type: 'line',
    data: pointsOf(metrics, metric, statistic),
  });
  const now = Date.now();
  const unit = new Intl.NumberFormat(language, { style: 'unit', unit: 'minute' });
  const chart = (title: string, series: Series[]) => (
    <Container header={<Header variant="h2">{title}</Header>}>
      <LineChart
        series={series}
        height={CHART_HEIGHT}
        xScaleType="time"
        xDomain={[new Date(now - minutes * MINUTE_MS), new Date(now)]}
        ariaLabel={title}
        hideFilter
        statusType={loaded.value ? 'finished' : 'loading'}
        loadingText={shell.loading}
        xTickFormatter={(at) => time.format(at)}
        empty={
          <Box textAlign="center">
            <Box variant="strong">{pipes.noData}</Box>
            <Box color="text-body-secondary">{pipes.noDataHint}</Box>
          </Box>
        }
      />
    </Container>
  );
  return (
    <SpaceBetween size="l">
      <ErrorAlert error={loaded.error} onRetry={loaded.reload} />
      <SegmentedControl
        label={pipes.metrics}
        selectedId={String(minutes)}
        options={SPANS.map((span) => ({ id: String(span), text: unit.format(span) }))}
        onChange={({ detail }) => setMinutes(Number(detail.selectedId))}
      />
      {chart(pipes.throughput, [line(pipes.read, 'EventCount', 'sum')])}
      {chart(pipes.latency, [
        line(pipes.target, 'TargetStageDuration', 'average'),
        line(pipes.enrichment, 'EnrichmentStageDuration', 'average'),
      ])}
      {chart(pipes.errors, [
        line(pipes.target, 'TargetStageFailed', 'sum'),
        line(pipes.enrichment, 'EnrichmentStageFailed', 'sum'),
      ])}
    </SpaceBetween>
  );
}

/**
 * A point stands for its minute. One that the next minute has no point beside is drawn as long as that: alone it would be
 * a speck.
 */
function pointsOf(metrics: Metric[], name: string, statistic: Statistic) {
  const points = metrics.find(({ MetricName }) => MetricName === name)?.Datapoints ?? [];
  return points.flatMap((point, index) => {
    const start = new Date(point.timestamp).getTime();
    const next = points[index + 1];
    const isLone = !next || new Date(next.timestamp).getTime() > start + MINUTE_MS;
    const ends = isLone ? [start, Math.min(start + MINUTE_MS, Date.now())] : [start];
    return ends.map((at) => ({ x: new Date(at), y: point[statistic] }));
  });
}
