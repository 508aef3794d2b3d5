/** A template with syntax that can never work. The message says what is wrong and where. */
export class TemplateError extends Error {
  /** The character of the template at which the fault lies, counted from 1; undefined when it is the whole. */
  readonly position: number | undefined;

  constructor(message: string, position?: number) {
    super(message);
    this.name = 'TemplateError';
    this.position = position;
  }
}

/** A record that a template makes nothing valid of. The message never holds data of the record. */
export class RenderError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RenderError';
  }
}
