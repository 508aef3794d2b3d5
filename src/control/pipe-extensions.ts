import type { PipeEventName, PipeExtensions } from '../state/index.js';
import { given, type Checker, type Members } from './checker.js';
import { validation } from './pipe-errors.js';
import { inputTemplate } from './pipe-template.js';

/** The member of CreatePipe and UpdatePipe that holds them: Freshet's own, no client of AWS's sends it. */
const MEMBER = 'Freshet';
const EVENTS: readonly PipeEventName[] = ['INSERT', 'MODIFY', 'REMOVE'];

/**
 * Reads what a pipe is to do beyond AWS that is too long for tags. Left out it stays what it was `before`; given, it is
 * replaced as one unit, and an empty template, like one that is left out, is none.
 */
export function pipeExtensions(
  checker: Checker,
  input: Members,
  before: PipeExtensions | undefined,
): PipeExtensions | undefined {
  const extensions = checker.structure(input, MEMBER, 'freshet');
  if (!extensions) return before;
  refuseUnknown(checker, extensions, MEMBER, ['InputTemplates']);
  const at = 'freshet.inputTemplates';
  const field = `${MEMBER}.InputTemplates`;
  const templates = checker.structure(extensions, 'InputTemplates', at) ?? {};
  refuseUnknown(checker, templates, field, EVENTS);
  const byEvent = EVENTS.map((event) => [
    event,
    inputTemplate(checker, templates, event, {
      at: `${at}.${event}`,
      field: `${field}.${event}`,
    }) || undefined,
  ]);
  const InputTemplates = given(Object.fromEntries(byEvent) as Record<string, string | undefined>);
  return Object.keys(InputTemplates).length === 0 ? undefined : { InputTemplates };
}

function refuseUnknown(
  checker: Checker,
  owner: Members,
  field: string,
  known: readonly string[],
): void {
  const other = Object.keys(owner).find((name) => !known.includes(name));
  if (other === undefined) return;
  const message = `${field} has no member ${other}. There are: ${known.join(', ')}.`;
  checker.refuse(validation(message, [{ name: `${field}.${other}`, message }]));
}
