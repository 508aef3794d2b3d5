import { unknownVariable } from './errors.js';
import { compileImage, type ImageSource } from './images.js';

/** What a pipe knows beside the event: the values of `<aws.pipes.…>`. */
export interface PipeVariables {
  pipeArn: string;
  pipeName: string;
  sourceArn: string;
  enrichmentArn?: string;
  targetArn: string;
  /** ISO 8601 in UTC with milliseconds: when this stage received the event. */
  ingestionTime: string;
}

/** An event that is not JSON, e.g. an enrichment's answer: only `<aws.pipes.event>` has a value then. */
export class RawEvent {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The value of a placeholder; undefined when there is none. */
export type ValueReader = (
  event: unknown,
  variables: PipeVariables,
  record?: ImageSource,
) => unknown;

/** The reserved variables of EventBridge Pipes (documented). */
const VARIABLES = new Map<string, ValueReader>([
  ['aws.pipes.pipe-arn', (_event, variables) => variables.pipeArn],
  ['aws.pipes.pipe-name', (_event, variables) => variables.pipeName],
  ['aws.pipes.source-arn', (_event, variables) => variables.sourceArn],
  ['aws.pipes.enrichment-arn', (_event, variables) => variables.enrichmentArn],
  ['aws.pipes.target-arn', (_event, variables) => variables.targetArn],
  ['aws.pipes.event.ingestion-time', (_event, variables) => variables.ingestionTime],
  ['aws.pipes.event', (event) => (event instanceof RawEvent ? event.text : event)],
  ['aws.pipes.event.json', (event) => (event instanceof RawEvent ? undefined : event)],
]);

/** Finds a reserved variable. Throws a TemplateError when there is none; `position` counts from 1. */
export function reservedVariable(name: string, position: number): ValueReader {
  const reader = VARIABLES.get(name);
  if (reader) return reader;
  throw unknownVariable(name, VARIABLES.keys(), position);
}

/** Finds a variable of Freshet's own. Throws a TemplateError when there is none; `position` counts from 1. */
export function imageVariable(name: string, position: number): ValueReader {
  const image = compileImage(name, position);
  return (_event, _variables, record) => record && image(record);
}
