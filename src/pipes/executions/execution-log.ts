import { randomUUID } from 'node:crypto';
import type { Attempt } from '../../destinations/index.js';
import type { Log } from '../../lib/log.js';
import type { PipeResource } from '../../state/index.js';
import type { Rooms } from '../rooms.js';
import { isLogged, levelOf, type LogLevel, type MessageType } from './message-types.js';

/** Longest text of one field, so that a record of three stays within 256 KB. */
const MAX_FIELD_CHARACTERS = 80_000;

const PROCESS_LEVELS = { ERROR: 'warn', INFO: 'info', TRACE: 'debug' } as const;

/** What a record tells besides its type. */
export interface Details {
  /** What the step worked on, as text. Only logged with IncludeExecutionData. */
  payload?: () => string;
  /** The request and its answer. Of those, the texts are only logged with IncludeExecutionData. */
  attempt?: Attempt;
  /** What went wrong, for people. */
  error?: string;
}

export interface ExecutionLogOptions {
  pipe: PipeResource;
  logs: Rooms['logs'];
  now: () => number;
  log: Log;
}

/**
 * Writes what a pipe's LogConfiguration asks for: records as EventBridge Pipes documents them, to the log group
 * and to the process log. The group is the one that the configuration names, or `/aws/vendedlogs/pipes/NAME` of this
 * server when it names none, or one elsewhere.
 */
export class ExecutionLog {
  readonly level: LogLevel;
  /** What of the configuration is done otherwise, for people. */
  readonly note: string | undefined;
  readonly #options: ExecutionLogOptions;
  readonly #groupArn: string;
  readonly #includesData: boolean;
  #hasFailed = false;

  private constructor(level: LogLevel, options: ExecutionLogOptions) {
    const { pipe, logs } = options;
    const { IncludeExecutionData, ...destinations } = pipe.logConfiguration ?? {};
    this.level = level;
    this.#options = options;
    this.#includesData =
      Array.isArray(IncludeExecutionData) && IncludeExecutionData.includes('ALL');
    const { LogGroupArn } = (destinations['CloudwatchLogsLogDestination'] ?? {}) as {
      LogGroupArn?: string;
    };
    const isHere = LogGroupArn !== undefined && logs.nameOf(LogGroupArn) !== undefined;
    const ownGroup = `/aws/vendedlogs/pipes/${pipe.name}`;
    this.#groupArn = isHere ? LogGroupArn : logs.arnOf(ownGroup);
    const elsewhere = [
      ...(LogGroupArn !== undefined && !isHere ? [LogGroupArn] : []),
      ...['S3LogDestination', 'FirehoseLogDestination'].filter((name) => name in destinations),
    ];
    if (elsewhere.length > 0)
      this.note = `LogConfiguration: ${elsewhere.join(' and ')} cannot be written to from here; the log is in the log group ${isHere ? logs.nameOf(LogGroupArn)! : ownGroup} of this server.`;
  }

  /** Undefined when the pipe logs nothing. */
  static of(options: ExecutionLogOptions): ExecutionLog | undefined {
    const level = options.pipe.logConfiguration?.['Level'];
    return level === 'ERROR' || level === 'INFO' || level === 'TRACE'
      ? new ExecutionLog(level, options)
      : undefined;
  }

  newExecutionId(): string {
    return randomUUID();
  }

  write(executionId: string, messageType: MessageType, details: Details): void {
    const logLevel = levelOf(messageType);
    if (!isLogged(this.level, logLevel)) return;
    const { pipe, log, now, logs } = this.#options;
    const timestamp = now();
    const record = {
      executionId,
      timestamp,
      messageType,
      resourceArn: pipe.arn,
      logLevel,
      ...(this.#includesData && dataOf(details)),
      ...errorOf(details),
    };
    log[PROCESS_LEVELS[logLevel]]('Pipe execution', { pipe: pipe.name, ...record });
    const event = { logStreamName: pipe.name, timestamp, message: JSON.stringify(record) };
    logs.put(this.#groupArn, event).then(
      () => (this.#hasFailed = false),
      (error: unknown) => {
        if (!this.#hasFailed)
          log.error('The log of a pipe cannot be written', { pipe: pipe.name, error });
        this.#hasFailed = true;
      },
    );
  }
}

function dataOf({ payload, attempt }: Details): object {
  const fields = {
    ...(payload && { payload: payload() }),
    ...(attempt && {
      awsRequest: JSON.stringify(attempt.request),
      awsResponse: JSON.stringify({ status: attempt.status, body: attempt.responseBody }),
    }),
  };
  const truncatedFields = Object.entries(fields)
    .filter(([, text]) => text.length > MAX_FIELD_CHARACTERS)
    .map(([name]) => name);
  const cut: Record<string, string> = {};
  for (const [name, text] of Object.entries(fields))
    cut[name] = text.slice(0, MAX_FIELD_CHARACTERS);
  return { ...cut, truncatedFields };
}

function errorOf({ error, attempt }: Details): object {
  if (error === undefined) return {};
  return {
    error: {
      message: error,
      ...(attempt?.status !== undefined && { httpStatusCode: attempt.status }),
    },
  };
}
