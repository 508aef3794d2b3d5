/** What is measured: a table with a stream whose changes reach an HTTP API, however that is done. */
export interface System {
  readonly name: string;
  /** Where the DynamoDB protocol is spoken. */
  readonly endpoint: string;
  readonly tableName: string;
  close(): Promise<void>;
}

/** Items of one throughput round; slow systems get fewer, the figure is per second. */
export interface Contender {
  name: string;
  items: number;
  /** Seconds of load before anything is measured: a cold JVM would flatter us. */
  warmUpSeconds: number;
  start(targetOrigin: string): Promise<System>;
}
