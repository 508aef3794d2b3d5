import { stringifyJson } from '../../lib/json-text.js';
import {
  compileTemplate,
  RawEvent,
  RenderError,
  type InputTemplate,
} from '../../transformer/index.js';
import { RequestError, type StageInput } from './stage.js';

/** What a stage sends of an event: what its input template makes of it, or the event itself. */
export class Payload {
  readonly #template: InputTemplate | undefined;

  /** Throws TemplateError. `strict`: without escaping, as AWS renders. */
  constructor(template: string | undefined, strict: boolean) {
    this.#template = template ? compileTemplate(template, { strict }) : undefined;
  }

  /** The `$.…` paths that the template reads. */
  get paths(): readonly string[] {
    return this.#template?.paths ?? [];
  }

  /** Throws RequestError when the template gives no valid output for this event. */
  text(input: StageInput): string {
    const text = this.#textOf(input);
    input.onRequest?.(text);
    return text;
  }

  #textOf({ event, variables }: StageInput): string {
    if (this.#template === undefined)
      return event instanceof RawEvent ? event.text : stringifyJson(event);
    try {
      return this.#template.render(event, variables);
    } catch (error) {
      if (error instanceof RenderError)
        throw new RequestError(`The input template failed: ${error.message}`, { cause: error });
      throw error;
    }
  }
}
