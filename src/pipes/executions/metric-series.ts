const MINUTE_MS = 60_000;
/** Minutes that are kept. */
const MINUTES = 180;

/** What CloudWatch tells of one minute. */
export interface Datapoint {
  /** Epoch milliseconds of the minute's beginning. */
  timestamp: number;
  sampleCount: number;
  sum: number;
  minimum: number;
  maximum: number;
}

/** The values of one metric by minutes, of the last three hours. */
export class MetricSeries {
  readonly #points: Datapoint[] = [];
  #current: Datapoint | undefined;

  /** `now`: epoch milliseconds. */
  record(value: number, now: number): void {
    let point = this.#current;
    if (point === undefined || now >= point.timestamp + MINUTE_MS) {
      const timestamp = Math.floor(now / MINUTE_MS) * MINUTE_MS;
      point = { timestamp, sampleCount: 0, sum: 0, minimum: value, maximum: value };
      this.#current = point;
      this.#points.push(point);
      if (this.#points.length > MINUTES) this.#points.shift();
    }
    point.sampleCount += 1;
    point.sum += value;
    if (value < point.minimum) point.minimum = value;
    if (value > point.maximum) point.maximum = value;
  }

  /** Of minutes that began at `since` or later, oldest first. */
  datapoints(since: number): Datapoint[] {
    return this.#points.filter(({ timestamp }) => timestamp >= since);
  }
}
