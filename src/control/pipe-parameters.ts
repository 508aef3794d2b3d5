import type { PipeSourceParameters, PipeTargetParameters } from '../state/index.js';
import { compilePattern, PatternError } from '../patterns/index.js';
import { compileDynamicValue, compileTemplate, TemplateError } from '../transformer/index.js';
import { requestMembers, type Checker, type Members } from './checker.js';
import { missingParameter, outOfRange, validation } from './pipe-errors.js';

/** Limits of the service model (reference: pipes, sections 1.1 and 2). */
const MAX_FILTERS = 5;
const MAX_PATTERN_LENGTH = 4096;
const MAX_TEMPLATE_LENGTH = 8192;
const MAX_HTTP_PARAMETER_LENGTH = 512;
/** A pipe to an API destination sends record by record. */
const MAX_BATCH_OF_API_DESTINATION = 1;

type StreamParameters = PipeSourceParameters['DynamoDBStreamParameters'];

const STREAM_NUMBERS: Record<string, [min: number, max: number]> = {
  BatchSize: [1, 10_000],
  MaximumBatchingWindowInSeconds: [0, 300],
  MaximumRecordAgeInSeconds: [-1, 604_800],
  MaximumRetryAttempts: [-1, 10_000],
  ParallelizationFactor: [1, 10],
};

/** Checks SourceParameters of a new pipe and fills the defaults in. */
export function newSourceParameters(checker: Checker, owner: Members): PipeSourceParameters {
  const parameters = checker.structure(owner, 'SourceParameters', 'sourceParameters') ?? {};
  const stream = checker.structure(
    parameters,
    'DynamoDBStreamParameters',
    'sourceParameters.dynamoDBStreamParameters',
  );
  if (!stream) throw missingParameter('SourceParameters.DynamoDBStreamParameters');
  const startingPosition = checker.string(
    stream,
    'StartingPosition',
    'sourceParameters.dynamoDBStreamParameters.startingPosition',
    {
      required: true,
      values: ['TRIM_HORIZON', 'LATEST'],
    },
  );
  return {
    ...filterCriteria(checker, parameters),
    DynamoDBStreamParameters: {
      StartingPosition: startingPosition as StreamParameters['StartingPosition'],
      ...streamSettings(checker, stream),
    },
  };
}

/** Applies an update: each block that is given replaces its predecessor as a whole; the start stays as it was. */
export function updatedSourceParameters(
  checker: Checker,
  owner: Members,
  before: PipeSourceParameters,
): PipeSourceParameters {
  const update = checker.structure(owner, 'SourceParameters', 'sourceParameters');
  if (!update) return before;
  const stream = checker.structure(
    update,
    'DynamoDBStreamParameters',
    'sourceParameters.dynamoDBStreamParameters',
  );
  const { StartingPosition } = before.DynamoDBStreamParameters;
  const { FilterCriteria: kept } = before;
  const given = update['FilterCriteria'] !== undefined && update['FilterCriteria'] !== null;
  return {
    ...(given ? filterCriteria(checker, update) : kept && { FilterCriteria: kept }),
    DynamoDBStreamParameters: stream
      ? { StartingPosition, ...streamSettings(checker, stream) }
      : before.DynamoDBStreamParameters,
  };
}

/** Checks TargetParameters; on an update what is left out keeps its value and `InputTemplate: ""` removes it. */
export function targetParameters(
  checker: Checker,
  owner: Members,
  before: PipeTargetParameters = {},
): PipeTargetParameters {
  const given = checker.structure(owner, 'TargetParameters', 'targetParameters');
  if (!given) return before;
  refuseUnsupported(given, ['InputTemplate', 'HttpParameters'], 'TargetParameters');
  const template = inputTemplate(checker, given);
  const http = httpParameters(checker, given);
  const { InputTemplate: keptTemplate, HttpParameters: keptHttp } = before;
  const newTemplate = template ?? keptTemplate;
  const newHttp = http ?? keptHttp;
  return {
    ...(newTemplate !== undefined && newTemplate !== '' && { InputTemplate: newTemplate }),
    ...(newHttp && { HttpParameters: newHttp }),
  };
}

function streamSettings(
  checker: Checker,
  stream: Members,
): Omit<StreamParameters, 'StartingPosition'> {
  const at = 'sourceParameters.dynamoDBStreamParameters';
  const numbers: Record<string, number> = {};
  for (const [name, [min, max]] of Object.entries(STREAM_NUMBERS)) {
    const value = checker.integer(
      stream,
      name,
      `${at}.${name[0]!.toLowerCase()}${name.slice(1)}`,
      {},
    );
    if (value === undefined) continue;
    if (value < min || value > max)
      throw outOfRange(`SourceParameters.DynamoDBStreamParameters.${name}`, value, min, max);
    numbers[name] = value;
  }
  if ((numbers['BatchSize'] ?? 1) > MAX_BATCH_OF_API_DESTINATION)
    throw validation('BatchSize must be 1 for the given target', [
      {
        name: 'SourceParameters.DynamoDBStreamParameters.BatchSize',
        message: 'An API destination takes one record at a time.',
      },
    ]);
  const bisect = checker.string(
    stream,
    'OnPartialBatchItemFailure',
    `${at}.onPartialBatchItemFailure`,
    { values: ['AUTOMATIC_BISECT'] },
  );
  const deadLetter = checker.structure(stream, 'DeadLetterConfig', `${at}.deadLetterConfig`);
  const arn =
    deadLetter &&
    checker.string(deadLetter, 'Arn', `${at}.deadLetterConfig.arn`, {
      min: 1,
      max: 1600,
      pattern: 'arn:aws[a-z-]*:(?:sqs|sns):.+',
    });
  return {
    BatchSize: 1,
    ...numbers,
    ...(bisect !== undefined && { OnPartialBatchItemFailure: bisect as 'AUTOMATIC_BISECT' }),
    ...(deadLetter && { DeadLetterConfig: arn === undefined ? {} : { Arn: arn } }),
  };
}

function filterCriteria(
  checker: Checker,
  owner: Members,
): Pick<PipeSourceParameters, 'FilterCriteria'> {
  const criteria = checker.structure(owner, 'FilterCriteria', 'sourceParameters.filterCriteria');
  if (!criteria) return {};
  const filters =
    checker.list(criteria, 'Filters', 'sourceParameters.filterCriteria.filters', MAX_FILTERS) ?? [];
  const patterns = filters.map((filter, index) => {
    const at = `sourceParameters.filterCriteria.filters.${String(index + 1)}.member.pattern`;
    const pattern = checker.string(requestMembers(filter), 'Pattern', at, {
      max: MAX_PATTERN_LENGTH,
    });
    if (pattern !== undefined) checkPattern(pattern, index);
    return pattern === undefined ? {} : { Pattern: pattern };
  });
  return patterns.length === 0 ? {} : { FilterCriteria: { Filters: patterns } };
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

function inputTemplate(checker: Checker, owner: Members): string | undefined {
  const template = checker.string(owner, 'InputTemplate', 'targetParameters.inputTemplate', {
    max: MAX_TEMPLATE_LENGTH,
  });
  if (template === undefined || template === '') return template;
  try {
    compileTemplate(template);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw validation(`Invalid InputTemplate: ${error.message}`, [
      { name: 'TargetParameters.InputTemplate', message: error.message },
    ]);
  }
  return template;
}

function httpParameters(checker: Checker, owner: Members): PipeTargetParameters['HttpParameters'] {
  const http = checker.structure(owner, 'HttpParameters', 'targetParameters.httpParameters');
  if (!http) return undefined;
  const path = checker.list(
    http,
    'PathParameterValues',
    'targetParameters.httpParameters.pathParameterValues',
  );
  const values = path?.map((value, index) => {
    const at = `targetParameters.httpParameters.pathParameterValues.${String(index + 1)}.member`;
    const text = checker.string({ value }, 'value', at, { required: true, pattern: '(?!\\s*$).+' });
    checkDynamic(text ?? '', `PathParameterValues[${String(index)}]`);
    return text ?? '';
  });
  const headers = stringMap(checker, http, 'HeaderParameters');
  const query = stringMap(checker, http, 'QueryStringParameters');
  return {
    ...(values && { PathParameterValues: values }),
    ...(headers && { HeaderParameters: headers }),
    ...(query && { QueryStringParameters: query }),
  };
}

function stringMap(
  checker: Checker,
  owner: Members,
  name: string,
): Record<string, string> | undefined {
  const at = `targetParameters.httpParameters.${name[0]!.toLowerCase()}${name.slice(1)}`;
  const map = checker.structure(owner, name, at);
  if (!map) return undefined;
  for (const key of Object.keys(map)) {
    const value = checker.string(map, key, `${at}.${key}`, {
      required: true,
      max: MAX_HTTP_PARAMETER_LENGTH,
    });
    checker.string({ key }, 'key', `${at}.key`, { max: MAX_HTTP_PARAMETER_LENGTH });
    checkDynamic(value ?? '', `${name}.${key}`);
  }
  return map as Record<string, string>;
}

function checkDynamic(value: string, at: string): void {
  try {
    compileDynamicValue(value);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw validation(`Invalid value in HttpParameters.${at}: ${error.message}`, [
      { name: `TargetParameters.HttpParameters.${at}`, message: error.message },
    ]);
  }
}

/** What another kind of target takes would be accepted and ignored: refused instead. */
function refuseUnsupported(given: Members, supported: string[], where: string): void {
  const other = Object.keys(given).filter(
    (name) => !supported.includes(name) && given[name] !== null,
  );
  if (other.length > 0)
    throw validation(
      `${where}.${other[0]!} is for another kind of target; an API destination takes ${supported.join(' and ')}.`,
    );
}
