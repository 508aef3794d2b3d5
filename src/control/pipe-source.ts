import type { PipeSourceParameters } from '../state/index.js';
import { compilePattern, PatternError } from '../patterns/index.js';
import { parseArn } from '../lib/arn.js';
import { given, lowerCamel, type Checker, type Members } from './checker.js';
import { missingParameter, outOfRange, refuseOthers, validation } from './pipe-errors.js';

/** Limits of the service model (reference: pipes, sections 1.1 and 2). */
const MAX_FILTERS = 5;
const MAX_PATTERN_LENGTH = 4096;
/** Of a stream when the caller does not say (recorded of event source mappings, which share the poller). */
const DEFAULT_BATCH = 100;

type StreamParameters = PipeSourceParameters['DynamoDBStreamParameters'];

interface NumberSetting {
  name: keyof StreamParameters;
  min: number;
  max: number;
  /** What Describe shows when the caller does not say; -1 is "without limit". */
  default: number | undefined;
}

const STREAM_NUMBERS: readonly NumberSetting[] = [
  // Its default follows from the target: see withBatchSize.
  { name: 'BatchSize', min: 1, max: 10_000, default: undefined },
  { name: 'MaximumBatchingWindowInSeconds', min: 0, max: 300, default: 0 },
  { name: 'MaximumRecordAgeInSeconds', min: -1, max: 604_800, default: -1 },
  { name: 'MaximumRetryAttempts', min: -1, max: 10_000, default: -1 },
  { name: 'ParallelizationFactor', min: 1, max: 10, default: 1 },
];
const SUPPORTED = ['FilterCriteria', 'DynamoDBStreamParameters'];
const AT = 'sourceParameters.dynamoDBStreamParameters';
const PATH = 'SourceParameters.DynamoDBStreamParameters';

/**
 * Reads SourceParameters of a new pipe and fills the defaults in, but for BatchSize. Undefined when the block of
 * the source is missing, which is noted.
 */
export function newSourceParameters(
  checker: Checker,
  owner: Members,
): PipeSourceParameters | undefined {
  const parameters = checker.structure(owner, 'SourceParameters', 'sourceParameters') ?? {};
  refuseOthers(checker, parameters, SUPPORTED, 'source');
  const stream = checker.structure(parameters, 'DynamoDBStreamParameters', AT);
  if (!stream) {
    checker.refuse(missingParameter(PATH));
    return undefined;
  }
  const startingPosition = checker.string(stream, 'StartingPosition', `${AT}.startingPosition`, {
    required: true,
    values: ['TRIM_HORIZON', 'LATEST'],
  });
  return {
    ...filterCriteria(checker, parameters),
    DynamoDBStreamParameters: {
      StartingPosition: startingPosition as StreamParameters['StartingPosition'],
      ...streamSettings(checker, stream),
    },
  };
}

/**
 * Applies an update: each block that is given replaces its predecessor as a whole, what it leaves out goes back
 * to its default (documented). The start stays as it was: the update's shape has none.
 */
export function updatedSourceParameters(
  checker: Checker,
  owner: Members,
  before: PipeSourceParameters,
): PipeSourceParameters {
  const update = checker.structure(owner, 'SourceParameters', 'sourceParameters');
  if (!update) return before;
  refuseOthers(checker, update, SUPPORTED, 'source');
  const stream = checker.structure(update, 'DynamoDBStreamParameters', AT);
  const { StartingPosition } = before.DynamoDBStreamParameters;
  const filters =
    (update['FilterCriteria'] ?? undefined) === undefined
      ? given({ FilterCriteria: before.FilterCriteria })
      : filterCriteria(checker, update);
  return {
    ...filters,
    DynamoDBStreamParameters: stream
      ? { StartingPosition, ...streamSettings(checker, stream) }
      : before.DynamoDBStreamParameters,
  };
}

/**
 * Fills in the BatchSize that was not given, and refuses one that the target or the enrichment does not take.
 * Without a size the most that they take, or the stream's own default (inferred).
 */
export function withBatchSize(
  checker: Checker,
  parameters: PipeSourceParameters,
  maxBatch: number,
): PipeSourceParameters {
  const stream = parameters.DynamoDBStreamParameters;
  const { BatchSize = Math.min(DEFAULT_BATCH, maxBatch) } = stream;
  if (BatchSize > maxBatch) {
    const atMost = maxBatch === 1 ? '1' : `at most ${String(maxBatch)}`;
    checker.refuse(
      validation(`BatchSize must be ${atMost} for the given target`, [
        {
          name: `${PATH}.BatchSize`,
          message: `Target and enrichment take ${String(maxBatch)} at a time.`,
        },
      ]),
    );
  }
  return { ...parameters, DynamoDBStreamParameters: { ...stream, BatchSize } };
}

function streamSettings(
  checker: Checker,
  stream: Members,
): Omit<StreamParameters, 'StartingPosition'> {
  const numbers = STREAM_NUMBERS.map(({ name, min, max, default: absent }) => {
    const value = checker.integer(stream, name, `${AT}.${lowerCamel(name)}`, {}) ?? absent;
    return { name, min, max, value };
  });
  const wrong = numbers.flatMap(({ name, min, max, value }) =>
    value !== undefined && (value < min || value > max)
      ? [{ name: `${PATH}.${name}`, min, max, value }]
      : [],
  );
  if (wrong.length > 0) checker.refuse(outOfRange(wrong));
  const bisect = checker.string(
    stream,
    'OnPartialBatchItemFailure',
    `${AT}.onPartialBatchItemFailure`,
    { values: ['AUTOMATIC_BISECT'] },
  ) as 'AUTOMATIC_BISECT' | undefined;
  const deadLetter = checker.structure(stream, 'DeadLetterConfig', `${AT}.deadLetterConfig`);
  const arn =
    deadLetter &&
    checker.string(deadLetter, 'Arn', `${AT}.deadLetterConfig.arn`, {
      min: 1,
      max: 1600,
      pattern: 'arn:aws[a-z-]*:(?:sqs|sns):.+',
    });
  if (arn !== undefined && parseArn(arn)?.service === 'sns')
    checker.refuse(
      validation(
        `Dead letters cannot go to the SNS topic ${arn}: give the ARN of an SQS queue of this server.`,
        [{ name: `${PATH}.DeadLetterConfig.Arn`, message: 'Not supported.' }],
      ),
    );
  if (arn?.endsWith('.fifo') === true)
    checker.refuse(
      validation(`The dead-letter queue ${arn} is a FIFO queue: give a standard one.`, [
        { name: `${PATH}.DeadLetterConfig.Arn`, message: 'A FIFO queue.' },
      ]),
    );
  return {
    ...given(
      Object.fromEntries(
        numbers.map(({ name, value }) => [name, value]),
      ) as Partial<StreamParameters>,
    ),
    ...given({
      OnPartialBatchItemFailure: bisect,
      DeadLetterConfig: arn === undefined ? undefined : { Arn: arn },
    }),
  };
}

function filterCriteria(
  checker: Checker,
  owner: Members,
): Pick<PipeSourceParameters, 'FilterCriteria'> {
  const at = 'sourceParameters.filterCriteria';
  const criteria = checker.structure(owner, 'FilterCriteria', at);
  const filters =
    criteria &&
    checker.list(criteria, 'Filters', `${at}.filters`, { max: MAX_FILTERS })?.map(readFilter);
  return filters === undefined || filters.length === 0
    ? {}
    : { FilterCriteria: { Filters: filters } };

  function readFilter(entry: unknown, index: number): { Pattern?: string } {
    const entryAt = `${at}.filters.${String(index + 1)}.member`;
    const filter = checker.structure({ entry }, 'entry', entryAt, true) ?? {};
    const pattern = checker.string(filter, 'Pattern', `${entryAt}.pattern`, {
      max: MAX_PATTERN_LENGTH,
      secret: true,
    });
    if (pattern !== undefined && pattern.length <= MAX_PATTERN_LENGTH)
      checkPattern(checker, pattern, index);
    return given({ Pattern: pattern });
  }
}

function checkPattern(checker: Checker, pattern: string, index: number): void {
  try {
    compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const message = `Event pattern is not valid. Reason: ${error.message}${error.sourceLocation}`;
    checker.refuse(
      validation(`Invalid filter pattern definition in filter ${String(index + 1)}. ${message}`, [
        { name: `SourceParameters.FilterCriteria.Filters[${String(index)}].Pattern`, message },
      ]),
    );
  }
}
