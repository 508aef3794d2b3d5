import type { Item } from '../lib/attribute-value.js';
import { AwsError } from '../lib/aws-error.js';
import { stringifyJson } from '../lib/json-text.js';
import type { PreviewRequest } from '../pipes/index.js';
import type { PipeResource } from '../state/index.js';

const MAX_LAST = 20;

const SHAPE =
  'Send a JSON object with "record" (a stream record as a pipe gets it), or "last" (a number from 1 to 20), perhaps "enrichmentResponse" (what the enrichment is to answer: its body as a text, or JSON), ' +
  'and perhaps "definition" with FilterCriteria, TargetParameters or EnrichmentParameters as UpdatePipe takes them.';

type Fields = Readonly<Record<string, unknown>>;

/** Reads what a preview is asked for. Throws BadRequest. */
export function previewRequest(request: Fields): PreviewRequest {
  const { record, last, enrichmentResponse: answer } = request;
  if (
    last !== undefined &&
    !(Number.isInteger(last) && Number(last) >= 1 && Number(last) <= MAX_LAST)
  )
    throw new AwsError('BadRequest', `"last" must be a whole number from 1 to 20. ${SHAPE}`);
  if (record !== undefined && !isRecord(record))
    throw new AwsError(
      'BadRequest',
      `"record" must be a stream record with eventName and dynamodb.Keys. ${SHAPE}`,
    );
  return {
    ...(record !== undefined && { record: record as NonNullable<PreviewRequest['record']> }),
    ...(last !== undefined && { last: last as number }),
    ...(answer !== undefined && {
      enrichmentResponse: typeof answer === 'string' ? answer : stringifyJson(answer),
    }),
  };
}

/** The input of CreatePipe that a request about a draft gives. Throws BadRequest. */
export function draftOf(definition: unknown): Fields {
  if (isObject(definition)) return definition;
  throw new AwsError(
    'BadRequest',
    'Give the pipe in "definition", as CreatePipe takes it: Source, Target and the rest; Name and RoleArn may be left out.',
  );
}

/** The pipe with the parts of its definition that a request gives in place of the stored ones. Throws BadRequest. */
export function withDefinition(pipe: PipeResource, definition: unknown): PipeResource {
  if (definition === undefined) return pipe;
  if (!isObject(definition))
    throw new AwsError('BadRequest', `"definition" must be an object. ${SHAPE}`);
  const { FilterCriteria, TargetParameters, EnrichmentParameters } = definition;
  if (
    !isFilterCriteria(FilterCriteria) ||
    !isParameters(TargetParameters) ||
    !isParameters(EnrichmentParameters)
  )
    throw new AwsError(
      'BadRequest',
      `A part of "definition" is not as UpdatePipe takes it. ${SHAPE}`,
    );
  const changed: PipeResource = { ...pipe };
  if (FilterCriteria !== undefined)
    changed.sourceParameters = {
      ...pipe.sourceParameters,
      FilterCriteria: FilterCriteria as NonNullable<
        PipeResource['sourceParameters']['FilterCriteria']
      >,
    };
  if (TargetParameters !== undefined)
    changed.targetParameters = { ...pipe.targetParameters, ...TargetParameters };
  if (EnrichmentParameters !== undefined)
    changed.enrichmentParameters = { ...pipe.enrichmentParameters, ...EnrichmentParameters };
  return changed;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRecord(record: unknown): boolean {
  return (
    isObject(record) &&
    typeof record['eventName'] === 'string' &&
    isObject(record['dynamodb']) &&
    isObject(record['dynamodb']['Keys'])
  );
}

function isFilterCriteria(value: unknown): boolean {
  if (value === undefined) return true;
  if (!isObject(value)) return false;
  const { Filters = [] } = value;
  return (
    Array.isArray(Filters) &&
    Filters.every((filter) => isObject(filter) && isTextOrNothing(filter['Pattern']))
  );
}

function isParameters(value: unknown): value is Fields | undefined {
  if (value === undefined) return true;
  if (!isObject(value) || !isTextOrNothing(value['InputTemplate'])) return false;
  const { HttpParameters = {} } = value;
  if (!isObject(HttpParameters)) return false;
  const {
    PathParameterValues = [],
    HeaderParameters = {},
    QueryStringParameters = {},
  } = HttpParameters;
  return (
    Array.isArray(PathParameterValues) &&
    PathParameterValues.every((one) => typeof one === 'string') &&
    [HeaderParameters, QueryStringParameters].every(
      (one) => isObject(one) && Object.values(one).every((text) => typeof text === 'string'),
    )
  );
}

function isTextOrNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}

/** The key of an item as a request names it. Throws BadRequest. */
export function keysFrom(keys: unknown): Item {
  const isKey =
    isObject(keys) &&
    [1, 2].includes(Object.keys(keys).length) &&
    Object.values(keys).every((value) => isObject(value) && isKeyValue(value));
  if (isKey) return keys as Item;
  throw new AwsError(
    'BadRequest',
    'Give the key of an item in "key", as JSON such as {"id":{"S":"001"}}.',
  );
}

function isKeyValue(value: Fields): boolean {
  const [[type, text] = [], ...more] = Object.entries(value);
  return more.length === 0 && /^[SNB]$/.test(type ?? '') && typeof text === 'string';
}
