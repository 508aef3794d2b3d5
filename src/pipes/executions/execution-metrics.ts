import type { StageName } from './message-types.js';
import { MetricSeries, type Datapoint } from './metric-series.js';

/** The metrics of EventBridge Pipes under their CloudWatch names, with their units. */
const UNITS = {
  ConcurrentExecutions: 'Count',
  EventCount: 'Count',
  EventSize: 'Bytes',
  ExecutionThrottled: 'Count',
  ExecutionTimeout: 'Count',
  ExecutionFailed: 'Count',
  ExecutionPartiallyFailed: 'Count',
  EnrichmentStageDuration: 'Milliseconds',
  EnrichmentStageFailed: 'Count',
  TargetStageDuration: 'Milliseconds',
  TargetStageFailed: 'Count',
} as const;

export type MetricName = keyof typeof UNITS;

/** One metric as GetMetricStatistics would tell it. */
export interface Metric {
  MetricName: MetricName;
  Unit: (typeof UNITS)[MetricName];
  Datapoints: (Datapoint & { average: number })[];
}

/** The metrics of one pipe's executions, by minutes. */
export class ExecutionMetrics {
  readonly series = Object.fromEntries(
    Object.keys(UNITS).map((name) => [name, new MetricSeries()]),
  ) as Readonly<Record<MetricName, MetricSeries>>;
  /** Two of them by their stage. */
  readonly stageDuration: Readonly<Record<StageName, MetricSeries>> = {
    Enrichment: this.series.EnrichmentStageDuration,
    Target: this.series.TargetStageDuration,
  };

  /** All metrics, with the minutes that began at `since` (epoch milliseconds) or later. */
  list(since: number): Metric[] {
    return (Object.keys(UNITS) as MetricName[]).map((name) => ({
      MetricName: name,
      Unit: UNITS[name],
      Datapoints: this.series[name]
        .datapoints(since)
        .map((point) => ({ ...point, average: point.sum / point.sampleCount })),
    }));
  }
}
