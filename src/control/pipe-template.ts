import { compileTemplate, TemplateError } from '../transformer/index.js';
import type { Checker, Members } from './checker.js';
import { validation } from './pipe-errors.js';

/** Limit of the service model (reference: pipes, section 1.1). Values are sensitive there. */
const MAX_LENGTH = 8192;

/**
 * Reads an input template: the member `name` of `owner`, which is `at` in texts about constraints and `field` in the
 * list of fields. What it may not hold is refused.
 */
export function inputTemplate(
  checker: Checker,
  owner: Members,
  name: string,
  { at, field }: { at: string; field: string },
): string | undefined {
  const template = checker.string(owner, name, at, { max: MAX_LENGTH, secret: true });
  if (template && template.length <= MAX_LENGTH)
    checkCompiles(checker, field.replace(/^\w+\./, ''), () => compileTemplate(template), field);
  return template;
}

/** Refuses what can never be rendered; `name` is how the message names it. */
export function checkCompiles(
  checker: Checker,
  name: string,
  compile: () => unknown,
  field = name,
): void {
  try {
    compile();
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    checker.refuse(
      validation(`Invalid ${name}: ${error.message}`, [{ name: field, message: error.message }]),
    );
  }
}
