import type { PipeSourceParameters } from '../state/index.js';
import { compilePattern, PatternError } from '../patterns/index.js';
import { given, lowerCamel, type Checker, type Members } from './checker.js';
import { missingParameter, outOfRange, refuseOthers, validation } from './pipe-errors.js';

/** Limits of the service model (reference: pipes, sections 1.1 and 2). */
const MAX_FILTERS = 5;
const MAX_PATTERN_LENGTH = 4096;
/** A pipe to an API destination sends record by record (documented). */
const MAX_BATCH_OF_API_DESTINATION = 1;

type StreamParameters = PipeSourceParameters['DynamoDBStreamParameters'];

interface NumberSetting {
  name: keyof StreamParameters;
  min: number;
  max: number;
  /** What Describe shows when the caller does not say; -1 is "without limit". */
  default: number;
}

const STREAM_NUMBERS: readonly NumberSetting[] = [
  { name: 'BatchSize', min: 1, max: 10_000, default: MAX_BATCH_OF_API_DESTINATION },
  { name: 'MaximumBatchingWindowInSeconds', min: 0, max: 300, default: 0 },
  { name: 'MaximumRecordAgeInSeconds', min: -1, max: 604_800, default: -1 },
  { name: 'MaximumRetryAttempts', min: -1, max: 10_000, default: -1 },
  { name: 'ParallelizationFactor', min: 1, max: 10, default: 1 },
];
const SUPPORTED = ['FilterCriteria', 'DynamoDBStreamParameters'];
const SOURCE = 'a DynamoDB stream';
const AT = 'sourceParameters.dynamoDBStreamParameters';
const PATH = 'SourceParameters.DynamoDBStreamParameters';

/** Reads SourceParameters of a new pipe and fills the defaults in. */
export function newSourceParameters(checker: Checker, owner: Members): PipeSourceParameters {
  const parameters = checker.structure(owner, 'SourceParameters', 'sourceParameters') ?? {};
  refuseOthers(parameters, SUPPORTED, 'SourceParameters', SOURCE);
  const stream = checker.structure(parameters, 'DynamoDBStreamParameters', AT);
  if (!stream) throw missingParameter(PATH);
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
  refuseOthers(update, SUPPORTED, 'SourceParameters', SOURCE);
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

function streamSettings(
  checker: Checker,
  stream: Members,
): Omit<StreamParameters, 'StartingPosition'> {
  const numbers = STREAM_NUMBERS.map(({ name, min, max, default: absent }) => {
    const value = checker.integer(stream, name, `${AT}.${lowerCamel(name)}`, {}) ?? absent;
    if (value < min || value > max) throw outOfRange(`${PATH}.${name}`, value, min, max);
    if (name === 'BatchSize' && value > MAX_BATCH_OF_API_DESTINATION)
      throw validation('BatchSize must be 1 for the given target', [
        { name: `${PATH}.BatchSize`, message: 'An API destination takes one record at a time.' },
      ]);
    return [name, value] as const;
  });
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
  return {
    ...(Object.fromEntries(numbers) as Partial<StreamParameters>),
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
    criteria && checker.list(criteria, 'Filters', `${at}.filters`, MAX_FILTERS)?.map(readFilter);
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
    if (pattern !== undefined && pattern.length <= MAX_PATTERN_LENGTH) checkPattern(pattern, index);
    return given({ Pattern: pattern });
  }
}

function checkPattern(pattern: string, index: number): void {
  try {
    compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    const message = `Event pattern is not valid. Reason: ${error.message}${error.sourceLocation}`;
    throw validation(
      `Invalid filter pattern definition in filter ${String(index + 1)}. ${message}`,
      [{ name: `SourceParameters.FilterCriteria.Filters[${String(index)}].Pattern`, message }],
    );
  }
}
