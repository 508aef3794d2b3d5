import { stringifyJson } from '../../lib/json-text.js';
import type { Extensions } from '../../state/index.js';
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

  /** Throws TemplateError. */
  constructor(
    template: string | undefined,
    { strictTemplate: strict, missingValues: missing }: PayloadExtensions,
  ) {
    this.#template = template ? compileTemplate(template, { strict, missing }) : undefined;
  }

  /** The paths and image variables that the template reads. */
  get paths(): readonly string[] {
    return this.#template?.paths ?? [];
  }

  /** Throws RequestError when the template gives no valid output for this event. */
  text(input: StageInput): string {
    const text = this.#textOf(input);
    input.onRequest?.(text);
    return text;
  }

  #textOf({ event, variables, record }: StageInput): string {
    if (this.#template === undefined)
      return event instanceof RawEvent ? event.text : stringifyJson(event);
    try {
      return this.#template.render(event, variables, record);
    } catch (error) {
      if (error instanceof RenderError)
        throw new RequestError(`The input template failed: ${error.message}`, { cause: error });
      throw error;
    }
  }
}
