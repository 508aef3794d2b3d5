import { parseArn, type Arn } from '../lib/arn.js';
import { validation } from './pipe-errors.js';
import type { Checker } from './checker.js';

/** A kind of target: what its ARN looks like, and what goes with it. */
export interface TargetKind {
  /** As in "give the ARN of …". */
  name: string;
  service: string;
  resource: RegExp;
  /** The block of TargetParameters that belongs to it. */
  parameters: 'HttpParameters' | 'SqsQueueParameters' | 'CloudWatchLogsParameters';
  /** Records that it takes at once; the source's BatchSize may not be larger (documented). */
  maxBatch: number;
}

const API_DESTINATION: TargetKind = {
  name: 'an API destination',
  service: 'events',
  resource: /^api-destination\/([^/]+)\/[^/]+$/,
  parameters: 'HttpParameters',
  maxBatch: 1,
};
const SQS_QUEUE: TargetKind = {
  name: 'an SQS queue',
  service: 'sqs',
  resource: /^[^:/]+$/,
  parameters: 'SqsQueueParameters',
  maxBatch: 10,
};
const LOG_GROUP: TargetKind = {
  name: 'a log group',
  service: 'logs',
  resource: /^log-group:[.\-_/#A-Za-z0-9]{1,512}(?::\*)?$/,
  parameters: 'CloudWatchLogsParameters',
  maxBatch: 10_000,
};
/** The kinds that pipes can send to: any other is refused. */
const TARGET_KINDS: readonly TargetKind[] = [API_DESTINATION, SQS_QUEUE, LOG_GROUP];
const KIND_NAMES = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(
  TARGET_KINDS.map(({ name }) => name),
);

/** Kind of a target that is supported; notes the refusal of any other. */
export function targetKind(checker: Checker, target: string): TargetKind | undefined {
  const arn = parseArn(target);
  const kind = TARGET_KINDS.find((known) => matchOf(known, arn));
  if (kind) return kind;
  checker.refuse(
    validation(`The target ${target} is not supported: give the ARN of ${KIND_NAMES}.`, [
      { name: 'Target', message: 'Not supported.' },
    ]),
  );
  return undefined;
}

/** The name in the ARN of an API destination; undefined for an ARN of anything else. */
export function apiDestinationName(arn: string): string | undefined {
  return matchOf(API_DESTINATION, parseArn(arn))?.[1];
}

/** An enrichment by an API destination is called once for each record (documented). */
export const MAX_BATCH_OF_ENRICHMENT = API_DESTINATION.maxBatch;

function matchOf(kind: TargetKind, arn: Arn | undefined): RegExpExecArray | undefined {
  return arn?.service === kind.service
    ? (kind.resource.exec(arn.resource) ?? undefined)
    : undefined;
}
