import { InvalidArgumentError, Option, type Command } from 'commander';

/** Adds `--region` to a command that signs requests. */
export function withRegion(command: Command): Command {
  return command.addOption(
    new Option('--region <region>', "the table's region")
      .default(process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1')
      .env('AWS_REGION'),
  );
}

/** A whole number above 0. */
export function parsePositive(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Give a whole number above 0.');
  return Number(text);
}
