import { InvalidArgumentError, Option, type Command } from 'commander';

/** Adds `--region` to a command that signs requests. */
export function withRegion(command: Command): Command {
  return command.addOption(
    new Option('--region <region>', "the table's region")
      .default(process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1')
      .env('AWS_REGION'),
  );
}

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of time such as `500ms`, `60s`, `5m`, in milliseconds; a bare number is in seconds. */
export function parseDuration(text: string): number {
  const [, number, unit = 's'] = /^(\d{1,9}(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text) ?? [];
  const ms = Math.round(Number(number) * UNITS[unit as keyof typeof UNITS]);
  if (ms > 0) return ms;
  throw new InvalidArgumentError('Give a length of time above 0, such as 500ms, 60s or 5m.');
}

/** A moment, in epoch milliseconds: a date and time, or how long ago it was. */
export function parseMoment(text: string): number {
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))) return Date.parse(text);
  try {
    return Date.now() - parseDuration(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new InvalidArgumentError(
      'Give a time such as 2025-01-31T12:00:00Z, or an age such as 5m.',
    );
  }
}

/** A whole number above 0. */
export function parsePositive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number above 0.');
  return Number(text);
}
