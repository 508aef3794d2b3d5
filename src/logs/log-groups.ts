import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeArn, parseArn, type Scope } from '../lib/arn.js';
import { AwsError } from '../lib/aws-error.js';
import { checkedInput } from '../lib/aws-input.js';
import type { Clock } from '../lib/clock.js';
import { groupNotFound } from './errors.js';
import { LogGroup, type NewLogEvent } from './log-group.js';
import { OPERATIONS } from './operations.js';

/** Longest part of a group's name that names its folder. */
const MAX_FOLDER_NAME = 160;

export interface LogGroupsOptions {
  /** Where the groups lie; made when it is not there. */
  folder: string;
  scope: Scope;
  clock: Clock;
}

/** The CloudWatch log groups of this server, as files. Whatever is in the folder is taken over. */
export class LogGroups {
  readonly clock: Clock;
  readonly #folder: string;
  readonly #scope: Scope;
  readonly #groups = new Map<string, LogGroup>();

  constructor({ folder, scope, clock }: LogGroupsOptions) {
    this.#folder = folder;
    this.#scope = scope;
    this.clock = clock;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      const group = LogGroup.open(join(folder, name));
      if (group !== undefined) this.#groups.set(group.facts.logGroupName, group);
    }
  }

  /**
   * Writes an event to the group of an ARN, with or without `:*`; group and stream are made when they are not
   * there. Resolves when it is written. Rejects with the AwsError of a group that cannot be of this server.
   */
  async put(logGroupArn: string, event: NewLogEvent): Promise<void> {
    const name = this.nameOf(logGroupArn);
    if (name === undefined) throw groupNotFound();
    await (this.#groups.get(name) ?? this.make(name)).put([event], this.clock.now());
  }

  /** Performs an operation of the CloudWatch Logs API. Rejects with AwsError. */
  async invoke(operation: string, input: unknown): Promise<object> {
    const perform = OPERATIONS.get(operation);
    if (perform === undefined)
      throw new AwsError(
        'UnknownOperationException',
        `${operation} is not served; docs/reference/logs.md names what is.`,
      );
    return perform(this, checkedInput(input));
  }

  /** The name in an ARN of a group of this server; undefined for any other. */
  nameOf(logGroupArn: string): string | undefined {
    const arn = parseArn(logGroupArn);
    const { region, accountId } = this.#scope;
    if (arn?.service !== 'logs' || arn.region !== region || arn.accountId !== accountId)
      return undefined;
    return /^log-group:([^:]+)(?::\*)?$/.exec(arn.resource)?.[1];
  }

  arnOf(name: string): string {
    return makeArn(this.#scope, 'logs', `log-group:${name}`);
  }

  /** Throws ResourceNotFoundException. */
  named(name: string): LogGroup {
    const group = this.#groups.get(name);
    if (group === undefined) throw groupNotFound();
    return group;
  }

  has(name: string): boolean {
    return this.#groups.has(name);
  }

  /** By name. */
  all(): LogGroup[] {
    return [...this.#groups.values()].sort((a, b) =>
      a.facts.logGroupName < b.facts.logGroupName ? -1 : 1,
    );
  }

  make(logGroupName: string): LogGroup {
    const facts = { logGroupName, creationTime: this.clock.now() };
    const group = LogGroup.make(join(this.#folder, folderName(logGroupName)), facts);
    this.#groups.set(logGroupName, group);
    return group;
  }

  async delete(group: LogGroup): Promise<void> {
    this.#groups.delete(group.facts.logGroupName);
    await group.delete();
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    await Promise.all([...this.#groups.values()].map((group) => group.close()));
  }
}

/** A name for a folder that tells which group it is. */
function folderName(group: string): string {
  const name = encodeURIComponent(group).replace(/^\./, '%2E');
  if (name.length <= MAX_FOLDER_NAME) return name;
  const hash = createHash('sha256').update(group).digest('hex').slice(0, 16);
  return `${name.slice(0, MAX_FOLDER_NAME)}~${hash}`;
}
