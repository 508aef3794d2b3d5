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

/** A variable that does not exist; `position` counts from 1, undefined when the variable is the whole text. */
export function unknownVariable(
  name: string,
  known: Iterable<string>,
  position?: number,
): TemplateError {
  const where = position === undefined ? '' : ` at character ${position}`;
  return new TemplateError(
    `Unknown variable <${name}>${where}; known are ${Array.from(known, (one) => `<${one}>`).join(', ')}`,
    position,
  );
}

/** A record that a template makes nothing valid of. The message never holds data of the record. */
export class RenderError extends Error {
  /** The placeholder, brackets included, that has an object or array where there is no room for one. */
  readonly container: string | undefined;

  constructor(message: string, container?: string) {
    super(message);
    this.name = 'RenderError';
    this.container = container;
  }
}
