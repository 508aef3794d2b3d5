import { parseArn } from '../lib/arn.js';
import type { PipeResource } from '../state/index.js';
import { lowerCamel, type Checker, type Members, type StringRule } from './checker.js';
import { validation } from './pipe-errors.js';

/** Rules of the service model (reference: pipes, section 1.1). */
const ARN_PATTERN =
  'arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-]+):([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\\d{1})?)?:(\\d{12})?:(.+)';
const REGION = '([a-z]{2,4}((-gov)|(-de)|(-iso([a-z]?)))?-[a-z]+(-\\d{1})?)';

export const NAME: StringRule = { required: true, min: 1, max: 64, pattern: '[\\.\\-_A-Za-z0-9]+' };
export const SOURCE: StringRule = {
  min: 1,
  max: 1600,
  pattern: `smk://(([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9\\-]*[a-zA-Z0-9])\\.)*([A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9\\-]*[A-Za-z0-9]):[0-9]{1,5}|${ARN_PATTERN}`,
  // The same hosts, in labels with one way to match each.
  matcher: new RegExp(
    `^(?:smk://(?:[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*\\.)*[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*:[0-9]{1,5}|${ARN_PATTERN})$`,
  ),
};
export const TARGET: StringRule = { min: 1, max: 1600, pattern: ARN_PATTERN };
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
const DESCRIPTION: StringRule = { max: 512, pattern: '.*', secret: true };
const ROLE: StringRule = {
  required: true,
  min: 1,
  max: 1600,
  pattern: 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z0-9+=,.@\\-_/]+',
};
const KMS_KEY: StringRule = { max: 2048, pattern: '[a-zA-Z0-9_\\-/:]*' };

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

type Common = {
  description: string | undefined;
  desiredState: 'RUNNING' | 'STOPPED' | undefined;
  logConfiguration: PipeResource['logConfiguration'] | undefined;
  kmsKeyIdentifier: string | undefined;
};

/** Reads the members that create and update have in common; undefined where not given. */
export function commonMembers(checker: Checker, input: Members): Common {
  refuseEnrichment(checker, input);
  const description = checker.string(input, 'Description', 'description', DESCRIPTION);
  const desiredState = checker.string(input, 'DesiredState', 'desiredState', DESIRED_STATES);
  return {
    description,
    desiredState: desiredState as Common['desiredState'],
    logConfiguration: logConfiguration(checker, input),
    kmsKeyIdentifier: checker.string(input, 'KmsKeyIdentifier', 'kmsKeyIdentifier', KMS_KEY),
  };
}

/** RoleArn is required of every create and update; it has no effect here. */
export function roleArn(checker: Checker, input: Members): string | undefined {
  return checker.string(input, 'RoleArn', 'roleArn', ROLE);
}

/** Refuses a source that AWS has and Freshet cannot read. */
export function checkSource(source: string): void {
  const arn = parseArn(source);
  if (arn?.service === 'dynamodb' && /^table\/[^/]+\/stream\/.+$/.test(arn.resource)) return;
  throw validation(
    `The source ${source} is not supported: give the ARN of a DynamoDB stream (LatestStreamArn of DescribeTable).`,
    [{ name: 'Source', message: 'Not supported.' }],
  );
}

/** The name of a target's API destination; refuses a target that AWS has and Freshet cannot send to. */
export function targetName(target: string): string {
  const arn = parseArn(target);
  const name = /^api-destination\/([^/]+)\/[^/]+$/.exec(arn?.resource ?? '')?.[1];
  if (arn?.service === 'events' && name !== undefined) return name;
  throw validation(`The target ${target} is not supported: give the ARN of an API destination.`, [
    { name: 'Target', message: 'Not supported.' },
  ]);
}

/** Accepted where it means nothing: an empty Enrichment, as clients send it to remove one. */
function refuseEnrichment(checker: Checker, input: Members): void {
  const enrichment = checker.string(input, 'Enrichment', 'enrichment', { max: 1600 });
  const parameters = checker.structure(input, 'EnrichmentParameters', 'enrichmentParameters') ?? {};
  const hasParameters = Object.values(parameters).some((value) => value !== null && value !== '');
  if (!enrichment && !hasParameters) return;
  throw validation(
    'Enrichment is not supported yet: leave it out, or let the target look up what it needs.',
    [{ name: enrichment ? 'Enrichment' : 'EnrichmentParameters', message: 'Not supported.' }],
  );
}

function logConfiguration(
  checker: Checker,
  input: Members,
): PipeResource['logConfiguration'] | undefined {
  const at = 'logConfiguration';
  const configuration = checker.structure(input, 'LogConfiguration', at);
  if (!configuration) return undefined;
  checker.string(configuration, 'Level', `${at}.level`, {
    required: true,
    values: ['OFF', 'ERROR', 'INFO', 'TRACE'],
  });
  checker
    .list(configuration, 'IncludeExecutionData', `${at}.includeExecutionData`)
    ?.forEach((option, index) =>
      checker.string(
        { option },
        'option',
        `${at}.includeExecutionData.${String(index + 1)}.member`,
        {
          required: true,
          values: ['ALL'],
        },
      ),
    );
  for (const [name, members] of Object.entries(LOG_DESTINATIONS)) {
    const destinationAt = `${at}.${lowerCamel(name)}`;
    const destination = checker.structure(configuration, name, destinationAt);
    if (!destination) continue;
    for (const [member, rule] of Object.entries(members))
      checker.string(destination, member, `${destinationAt}.${lowerCamel(member)}`, rule);
  }
  return configuration;
}
