import { parseDocument } from 'yaml';
import type { Secrets } from './secrets.js';
import { TemplateProblem } from './template-error.js';
import { isObject, memberOf, scalarText, type TemplateValue } from './value.js';

const BEGIN = '{{resolve:';
const REFERENCE = /\{\{resolve:([^{}]*)\}\}/g;
/** `arn:aws:secretsmanager:<region>:<account>:secret:<name>`: its colons do not part the reference. */
const SECRET_ARN =
  /^(arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:([^:]+?)(?:-[A-Za-z0-9]{6})?)(?:-[A-Za-z0-9]{6})?(?=:|$)/;
const OPTION = '--dynamic-references';

/** What dynamic references stand for, by the name of secret or parameter: a text, or a secret's JSON. */
export interface DynamicValues {
  fileName: string;
  values: Readonly<Record<string, TemplateValue>>;
}

/** Whether a text has a dynamic reference in it, or the beginning of one that a function puts together. */
export function hasDynamicReference(text: string): boolean {
  return text.includes(BEGIN);
}

/** Reads the values from YAML or JSON: an object of texts and objects. Throws an Error without any value in it. */
export function parseDynamicValues(text: string, fileName: string): DynamicValues {
  const document = parseDocument(text);
  const [error] = document.errors;
  const place = error?.linePos?.[0];
  if (error)
    throw new Error(
      `${fileName}${place ? `:${String(place.line)}:${String(place.col)}` : ''}: it is neither YAML nor JSON.`,
    );
  const values = document.toJS() as TemplateValue;
  if (!isObject(values))
    throw new Error(`${fileName}: write names and values, e.g. momento/api-key: VALUE.`);
  for (const [name, value] of Object.entries(values))
    if (scalarText(value) === undefined && !isObject(value))
      throw new Error(`${fileName}: the value of ${name} must be a text, or an object of texts.`);
  return { fileName, values };
}

/**
 * CloudFormation's dynamic references: `{{resolve:ssm:NAME:VERSION}}`, `{{resolve:ssm-secure:…}}` and
 * `{{resolve:secretsmanager:ID:SecretString:KEY:STAGE:VERSION}}`. Nobody is asked for the values, they are given;
 * of each there is one, whatever version a reference names.
 */
export class DynamicReferences {
  readonly #given: DynamicValues | undefined;
  readonly #secrets: Secrets;

  constructor(given: DynamicValues | undefined, secrets: Secrets) {
    this.#given = given;
    this.#secrets = secrets;
  }

  /** The text with what its references stand for, which is not shown from now on. Throws a TemplateProblem. */
  resolve(text: string, at: string): string {
    return text.replace(REFERENCE, (reference, inner: string) => {
      const colon = inner.indexOf(':');
      const service = inner.slice(0, colon);
      const rest = inner.slice(colon + 1);
      if (service === 'secretsmanager') return this.#secret(rest, at);
      if (service === 'ssm' || service === 'ssm-secure')
        return this.#shown(this.#find([rest.split(':')[0]!], at), service === 'ssm');
      throw new TemplateProblem(
        at,
        `${reference} is none of {{resolve:ssm:…}}, {{resolve:ssm-secure:…}} and {{resolve:secretsmanager:…}}.`,
      );
    });
  }

  #secret(rest: string, at: string): string {
    const arn = SECRET_ARN.exec(rest);
    const id = arn?.[0] ?? rest.split(':')[0]!;
    const [part, key] = rest.slice(id.length + 1).split(':');
    if (part !== undefined && part !== '' && part !== 'SecretString')
      throw new TemplateProblem(at, `of the secret ${id} only its SecretString can be had.`);
    const value = this.#find(arn ? [id, arn[1]!, arn[2]!] : [id], at);
    if (key === undefined || key === '') return this.#shown(value, false);
    const document = isObject(value) ? value : parsed(value);
    const member = isObject(document) ? memberOf(document, key) : undefined;
    if (member === undefined)
      throw new TemplateProblem(
        at,
        `the secret ${id} in ${this.#given!.fileName} has no key '${key}'.`,
      );
    return this.#shown(member, false);
  }

  #find(names: readonly string[], at: string): TemplateValue {
    for (const name of names) {
      const value = this.#given && memberOf(this.#given.values, name);
      if (value !== undefined) return value;
    }
    const name = names.at(-1)!;
    throw new TemplateProblem(
      at,
      this.#given
        ? `${this.#given.fileName} has no value for ${name}: add a line "${name}: VALUE".`
        : `AWS is not asked for ${name}: write "${name}: VALUE" into a file and name that with ${OPTION} FILE.`,
    );
  }

  #shown(value: TemplateValue, isPublic: boolean): string {
    const text = scalarText(value) ?? JSON.stringify(value);
    if (!isPublic) this.#secrets.add(text);
    return text;
  }
}

function parsed(value: TemplateValue): TemplateValue | undefined {
  try {
    return JSON.parse(scalarText(value) ?? '') as TemplateValue;
  } catch {
    return undefined;
  }
}
