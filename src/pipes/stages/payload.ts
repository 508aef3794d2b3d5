import { stringifyJson } from '../../lib/json-text.js';
import type { Extensions, PipeExtensions } from '../../state/index.js';
import {
  compileTemplate,
  RawEvent,
  RenderError,
  type InputTemplate,
} from '../../transformer/index.js';
import { RequestError, type StageInput } from './stage.js';

/** The extensions that say how templates are rendered. */
export type PayloadExtensions = Pick<Extensions, 'strictTemplate' | 'missingValues'>;

/** What a stage sends of an event: what its input template makes of it, or the event itself. */
export class Payload {
  readonly #template: InputTemplate | undefined;
  /** In its place for records of these events. */
  readonly #byEvent: Readonly<Partial<Record<string, InputTemplate>>>;

  /** Throws TemplateError. */
  constructor(
    template: string | undefined,
    { strictTemplate: strict, missingValues: missing }: PayloadExtensions,
    byEvent: PipeExtensions['InputTemplates'] = {},
  ) {
    const compile = (text: string): InputTemplate => compileTemplate(text, { strict, missing });
    this.#template = template ? compile(template) : undefined;
    this.#byEvent = Object.fromEntries(
      Object.entries(byEvent).map(([event, text]) => [event, compile(text)]),
    );
  }

  /** The paths and image variables that the templates read. */
  get paths(): readonly string[] {
    const templates = [this.#template, ...Object.values(this.#byEvent)];
    return templates.flatMap((template) => template?.paths ?? []);
  }

  /** Throws RequestError when the template gives no valid output for this event. */
  text(input: StageInput): string {
    const text = this.#textOf(input);
    input.onRequest?.(text);
    return text;
  }

  #textOf({ event, variables, record }: StageInput): string {
    const template = this.#byEvent[record.eventName] ?? this.#template;
    if (template === undefined)
      return event instanceof RawEvent ? event.text : stringifyJson(event);
    try {
      return template.render(event, variables, record);
    } catch (error) {
      if (error instanceof RenderError)
        throw new RequestError(`The input template failed: ${error.message}`, { cause: error });
      throw error;
    }
  }
}
