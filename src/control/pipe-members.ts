import { parseArn } from '../lib/arn.js';
import type { PipeResource } from '../state/index.js';
import { given, lowerCamel, type Checker, type Members, type StringRule } from './checker.js';
import { validation } from './pipe-errors.js';

/** Rules of the service model (reference: pipes, section 1.1). */
const ARN_PATTERN =
  'arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-]+):([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\\d{1})?)?:(\\d{12})?:(.+)';
const REGION = '([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\\d{1})?)';

/**
 * Streams that the service's pattern leaves out: of DynamoDB Local, whose region is `ddblocal`, and of ScyllaDB
 * Alternator, whose names are no ARNs of AWS (inferred).
 */
const STREAM_ELSEWHERE =
  'arn:aws:dynamodb:ddblocal:\\d{12}:table/.+|arn:scylla:alternator:.+|S[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';

export const NAME: StringRule = { required: true, min: 1, max: 64, pattern: '[\\.\\-_A-Za-z0-9]+' };
export const SOURCE: StringRule = {
  min: 1,
  max: 1600,
  pattern: `smk://(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\\-]*[a-zA-Z0-9])\\.)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9\\-]*[A-Za-z0-9]):[0-9]{1,5}|${ARN_PATTERN}`,
  // The same hosts, in labels with one way to match each.
  matcher: new RegExp(
    `^(?:smk://(?:[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*\\.)*[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*:[0-9]{1,5}|${ARN_PATTERN}|${STREAM_ELSEWHERE})$`,
  ),
};
export const TARGET: StringRule = { min: 1, max: 1600, pattern: ARN_PATTERN };
export const ENRICHMENT: StringRule = { max: 1600, pattern: `$|${ARN_PATTERN}` };
/** SourcePrefix and TargetPrefix of ListPipes. */
export const PREFIX: StringRule = { min: 1, max: 1600 };
export const DESIRED_STATES: StringRule = { values: ['RUNNING', 'STOPPED'] };
export const CURRENT_STATES: StringRule = {
  values: [
    'RUNNING',
    'STOPPED',
    'CREATING',
    'UPDATING',
    'DELETING',
    'STARTING',
    'STOPPING',
    'CREATE_FAILED',
    'UPDATE_FAILED',
    'START_FAILED',
    'STOP_FAILED',
    'DELETE_FAILED',
    'CREATE_ROLLBACK_FAILED',
    'DELETE_ROLLBACK_FAILED',
    'UPDATE_ROLLBACK_FAILED',
  ],
};
export const DESCRIPTION: StringRule = { max: 512, pattern: '.*', secret: true };
export const ROLE: StringRule = {
  required: true,
  min: 1,
  max: 1600,
  pattern: 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z0-9+=,.@\\-_/]+',
};
export const KMS_KEY: StringRule = { max: 2048, pattern: '[a-zA-Z0-9_\\-/:]*' };

/** Where a LogConfiguration may send to, and what each destination's members must be (service model). */
const LOG_DESTINATIONS: Record<string, Record<string, StringRule>> = {
  S3LogDestination: {
    BucketName: { required: true, min: 3, max: 63 },
    BucketOwner: { required: true, pattern: '\\d{12}' },
    OutputFormat: { values: ['json', 'plain', 'w3c'] },
    Prefix: { max: 256 },
  },
  FirehoseLogDestination: {
    DeliveryStreamArn: {
      required: true,
      min: 1,
      max: 1600,
      pattern: `(^arn:aws([a-z]|\\-)*:firehose:${REGION}:(\\d{12}):deliverystream/[a-zA-Z0-9_.-]{1,64})`,
    },
  },
  CloudwatchLogsLogDestination: {
    LogGroupArn: {
      required: true,
      min: 1,
      max: 1600,
      pattern: `(^arn:aws([a-z]|\\-)*:logs:${REGION}:(\\d{12}):log-group:[\\.\\-_/#A-Za-z0-9]{1,512}(:\\*)?)`,
    },
  },
};

const ELSEWHERE = new RegExp(`^(?:${STREAM_ELSEWHERE})$`);

/** Refuses a source that AWS has and Freshet cannot read. */
export function checkSource(checker: Checker, source: string): void {
  const arn = parseArn(source);
  if (arn?.service === 'dynamodb' && /^table\/[^/]+\/stream\/.+$/.test(arn.resource)) return;
  if (arn?.service !== 'dynamodb' && ELSEWHERE.test(source)) return;
  checker.refuse(
    validation(
      `The source ${source} is not supported: give the ARN of a DynamoDB stream (LatestStreamArn of DescribeTable).`,
      [{ name: 'Source', message: 'Not supported.' }],
    ),
  );
}

/** Reads LogConfiguration; an update replaces it as one unit (documented). */
export function logConfiguration(
  checker: Checker,
  input: Members,
): PipeResource['logConfiguration'] | undefined {
  const at = 'logConfiguration';
  const configuration = checker.structure(input, 'LogConfiguration', at);
  if (!configuration) return undefined;
  const level = checker.string(configuration, 'Level', `${at}.level`, {
    required: true,
    values: ['OFF', 'ERROR', 'INFO', 'TRACE'],
  });
  const included = checker
    .list(configuration, 'IncludeExecutionData', `${at}.includeExecutionData`)
    ?.map((option, index) =>
      checker.string(
        { option },
        'option',
        `${at}.includeExecutionData.${String(index + 1)}.member`,
        { required: true, values: ['ALL'] },
      ),
    );
  const destinations = Object.entries(LOG_DESTINATIONS).map(([name, rules]) => {
    const destinationAt = `${at}.${lowerCamel(name)}`;
    const destination = checker.structure(configuration, name, destinationAt);
    const members = Object.entries(rules).map(([member, rule]) => [
      member,
      destination &&
        checker.string(destination, member, `${destinationAt}.${lowerCamel(member)}`, rule),
    ]);
    return [name, destination && given(Object.fromEntries(members) as Members)];
  });
  return given({
    Level: level,
    IncludeExecutionData: included,
    ...(Object.fromEntries(destinations) as Members),
  });
}
