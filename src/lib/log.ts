/**
 * The process log: one line an event, to standard error. Fields are data, never secrets.
 * `text` is for people, `json` for machines.
 */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** Makes a log that drops what is below `level`. `write` gets each finished line, newline included. */
export function createLog(options: {
  level?: LogLevel;
  format?: 'text' | 'json';
  write?: (line: string) => void;
}): Log {
  const threshold = LEVELS.indexOf(options.level ?? 'info');
  const format = options.format ?? 'text';
  const write = options.write ?? ((line: string): void => void process.stderr.write(line));
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LEVELS.indexOf(level) < threshold) return;
      write(
        format === 'json' ? jsonLine(level, message, fields) : textLine(level, message, fields),
      );
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A log that says nothing: for tests and for rooms used as libraries. */
export const silentLog: Log = createLog({ write: () => undefined });

function jsonLine(level: LogLevel, message: string, fields: LogFields): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ time, level, message, ...plain(fields) })}\n`;
}

function textLine(level: LogLevel, message: string, fields: LogFields): string {
  const time = new Date().toISOString().slice(11, 23);
  const details = Object.entries(plain(fields))
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
  return `${time} ${level.padEnd(5)} ${message}${details}\n`;
}

function plain(fields: LogFields): Record<string, unknown> {
  const entries = Object.entries(fields).map(([name, value]) => [
    name,
    value instanceof Error ? (value.stack ?? value.message) : value,
  ]);
  return Object.fromEntries(entries) as Record<string, unknown>;
}
