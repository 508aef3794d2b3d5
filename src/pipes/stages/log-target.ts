import type { Attempt, AttemptReceiver } from '../../destinations/index.js';
import type { PipeLogsParameters } from '../../state/index.js';
import { compileDynamicValue, type DynamicValue } from '../../transformer/index.js';
import type { Rooms } from '../rooms.js';
import { attempted } from './attempted.js';
import type { Payload } from './payload.js';
import {
  RequestError,
  tellWhenMade,
  type LateInput,
  type StageInput,
  type Target,
} from './stage.js';

/** When the target names no stream. AWS makes a name itself, which one is not documented. */
const DEFAULT_STREAM = 'default';

/** Writes each event to a log group of this server. */
export class LogTarget implements Target {
  readonly #arn: string;
  readonly #payload: Payload;
  readonly #stream: DynamicValue;
  readonly #timestamp: DynamicValue | undefined;
  readonly #rooms: Pick<Rooms, 'logs' | 'clock'>;
  readonly paths: readonly string[];

  constructor(
    arn: string,
    payload: Payload,
    { LogStreamName, Timestamp }: PipeLogsParameters,
    rooms: Pick<Rooms, 'logs' | 'clock'>,
  ) {
    this.#arn = arn;
    this.#payload = payload;
    this.#stream = compileDynamicValue(LogStreamName || DEFAULT_STREAM);
    this.#timestamp = Timestamp ? compileDynamicValue(Timestamp) : undefined;
    this.#rooms = rooms;
    const dynamic = [this.#stream.path, this.#timestamp?.path];
    this.paths = [...new Set([...payload.paths, ...dynamic.filter((path) => path !== undefined)])];
  }

  send(input: StageInput | LateInput, _signal: AbortSignal, receiver: AttemptReceiver): void {
    tellWhenMade(this.#send(input), receiver);
  }

  async #send(given: StageInput | LateInput): Promise<Attempt> {
    const input = typeof given === 'function' ? given() : given;
    const { event, record } = input;
    const logEvent = {
      logStreamName: this.#stream.resolve(event, record) || DEFAULT_STREAM,
      timestamp: this.#timeOf(input),
      message: this.#payload.text(input),
    };
    const { logs, clock } = this.#rooms;
    return attempted({ method: 'PutLogEvents', url: this.#arn }, logEvent.message, clock, () =>
      logs.put(this.#arn, logEvent),
    );
  }

  rateLimit(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  loweredRate(): undefined {
    return undefined;
  }

  /** Epoch milliseconds, as PutLogEvents takes them; now when the pipe does not say. */
  #timeOf({ event, record }: StageInput): number {
    if (this.#timestamp === undefined) return this.#rooms.clock.now();
    const text = this.#timestamp.resolve(event, record);
    const time = text === undefined || text === '' ? NaN : Number(text);
    if (Number.isFinite(time)) return time;
    throw new RequestError(
      `Timestamp (${this.#timestamp.path ?? 'a constant'}) is not a number of milliseconds since 1970: ` +
        'correct CloudWatchLogsParameters, or leave it out for the time of sending.',
    );
  }
}
