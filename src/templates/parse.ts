import { readDocument, type TemplateDocument } from './document.js';
import { TemplateError, TemplateProblem } from './template-error.js';
import { isObject, memberOf, type TemplateObject, type TemplateValue } from './value.js';

export interface ResourceDefinition {
  type: string;
  properties: TemplateObject;
  /** `Metadata.Freshet`: what it is to do beyond AWS. */
  extensions: TemplateObject | undefined;
  dependsOn: readonly string[];
  /** Name of the condition under which it is made. */
  condition: string | undefined;
}

export interface OutputDefinition {
  value: TemplateValue;
  description: string | undefined;
  condition: string | undefined;
}

/** A template in its sections. Names are in the template's order; functions are in their long form. */
export interface Template {
  fileName: string;
  description: string | undefined;
  parameters: ReadonlyMap<string, TemplateObject>;
  mappings: TemplateObject;
  conditions: ReadonlyMap<string, TemplateValue>;
  resources: ReadonlyMap<string, ResourceDefinition>;
  outputs: ReadonlyMap<string, OutputDefinition>;
  /** What is accepted and has no effect here, one line each. */
  notes: readonly string[];
  locate: TemplateDocument['locate'];
}

const SECTIONS = [
  'AWSTemplateFormatVersion',
  'Conditions',
  'Description',
  'Mappings',
  'Metadata',
  'Outputs',
  'Parameters',
  'Resources',
  'Rules',
];
const RESOURCE_MEMBERS = [
  'Condition',
  'CreationPolicy',
  'DeletionPolicy',
  'DependsOn',
  'Metadata',
  'Properties',
  'Type',
  'UpdatePolicy',
  'UpdateReplacePolicy',
];
/** What they say happens here anyway: nothing is ever deleted. */
const RETAINING_POLICIES = new Set<TemplateValue>(['Retain', 'RetainExceptOnCreate']);
const LOGICAL_ID = /^[A-Za-z0-9]+$/;

/**
 * Parses a CloudFormation template, YAML or JSON, and checks its outer form. Throws a TemplateError that
 * names all it found, with file, line and column.
 */
export function parseTemplate(text: string, fileName: string): Template {
  const { root, locate } = readDocument(text, fileName);
  const reader = new SectionReader();
  const template = reader.read(root);
  if (reader.problems.length > 0) throw new TemplateError(fileName, reader.problems, locate);
  return { ...template, fileName, notes: reader.notes, locate };
}

class SectionReader {
  readonly problems: TemplateProblem[] = [];
  readonly notes: string[] = [];

  read(root: TemplateValue): Omit<Template, 'fileName' | 'notes' | 'locate'> {
    const sections = isObject(root) ? root : {};
    if (!isObject(root)) this.#problem('', 'Template format error: unsupported structure.');
    for (const name of Object.keys(sections)) this.#checkSection(name);
    const rules = Object.keys(this.#section(sections, 'Rules'));
    if (rules.length > 0) this.notes.push(`Rules (${rules.join(', ')}) are not evaluated here.`);
    const resources = this.#entries(sections, 'Resources', 'Resource');
    if (resources.length === 0 && this.problems.length === 0)
      this.#problem('', 'Template format error: At least one Resources member must be defined.');
    return {
      description: this.#text(sections, 'Description', 'Description'),
      parameters: new Map(this.#entries(sections, 'Parameters', 'Parameter')),
      mappings: this.#section(sections, 'Mappings'),
      conditions: new Map(Object.entries(this.#section(sections, 'Conditions'))),
      resources: new Map(resources.map(([name, value]) => [name, this.#resource(name, value)])),
      outputs: new Map(
        this.#entries(sections, 'Outputs', 'Output').map(([name, value]) => [
          name,
          this.#output(name, value),
        ]),
      ),
    };
  }

  #checkSection(name: string): void {
    if (SECTIONS.includes(name)) return;
    if (name === 'Transform')
      this.#problem(
        name,
        'transforms and macros are not supported: give the transformed template (e.g. what `cdk synth` or `sam package` writes).',
      );
    else
      this.#problem(
        name,
        `Template format error: Invalid template property or properties [${name}]. Supported are ${SECTIONS.join(', ')}.`,
      );
  }

  #resource(name: string, members: TemplateObject): ResourceDefinition {
    const at = `Resources.${name}`;
    for (const member of Object.keys(members))
      if (!RESOURCE_MEMBERS.includes(member))
        this.#problem(
          `${at}.${member}`,
          `Template format error: Invalid template resource property '${member}'. Supported are ${RESOURCE_MEMBERS.join(', ')}.`,
        );
    const type = memberOf(members, 'Type');
    if (typeof type !== 'string')
      this.#problem(
        at,
        `Template format error: [/Resources/${name}] Every Resources object must contain a Type member.`,
      );
    this.#notePolicies(name, members);
    return {
      type: typeof type === 'string' ? type : '',
      properties: this.#mapping(memberOf(members, 'Properties'), `${at}.Properties`),
      extensions: this.#extensions(members, `${at}.Metadata`),
      dependsOn: this.#dependsOn(memberOf(members, 'DependsOn'), `${at}.DependsOn`),
      condition: this.#text(members, 'Condition', `${at}.Condition`),
    };
  }

  #extensions(members: TemplateObject, at: string): TemplateObject | undefined {
    const metadata = memberOf(members, 'Metadata');
    const extensions = isObject(metadata) ? memberOf(metadata, 'Freshet') : undefined;
    return extensions === undefined ? undefined : this.#mapping(extensions, `${at}.Freshet`);
  }

  #notePolicies(name: string, members: TemplateObject): void {
    for (const policy of ['DeletionPolicy', 'UpdateReplacePolicy']) {
      const value = memberOf(members, policy);
      if (value !== undefined && !RETAINING_POLICIES.has(value))
        this.notes.push(`${name}: ${policy} has no effect here: nothing is deleted.`);
    }
    for (const policy of ['CreationPolicy', 'UpdatePolicy'])
      if (memberOf(members, policy) !== undefined)
        this.notes.push(`${name}: ${policy} has no effect here.`);
  }

  #dependsOn(value: TemplateValue | undefined, at: string): string[] {
    if (value === undefined) return [];
    const names = Array.isArray(value) ? value : [value];
    if (names.every((name) => typeof name === 'string')) return names;
    this.#problem(
      at,
      'Template format error: Every DependsOn value must be a string, or a list of strings.',
    );
    return [];
  }

  #output(name: string, members: TemplateObject): OutputDefinition {
    const at = `Outputs.${name}`;
    for (const member of Object.keys(members))
      if (!['Condition', 'Description', 'Export', 'Value'].includes(member))
        this.#problem(
          `${at}.${member}`,
          `Template format error: Invalid template output property '${member}'. Supported are Condition, Description, Export, Value.`,
        );
    const value = memberOf(members, 'Value');
    if (value === undefined)
      this.#problem(at, 'Template format error: Every Outputs member must contain a Value object');
    if (memberOf(members, 'Export') !== undefined)
      this.notes.push(`Output ${name}: Export has no effect here: there is one stack.`);
    return {
      value: value ?? '',
      description: this.#text(members, 'Description', `${at}.Description`),
      condition: this.#text(members, 'Condition', `${at}.Condition`),
    };
  }

  /** The members of a section that must be mappings themselves, by alphanumeric names. */
  #entries(sections: TemplateObject, name: string, what: string): [string, TemplateObject][] {
    return Object.entries(this.#section(sections, name)).map(([entry, value]) => {
      const at = `${name}.${entry}`;
      if (!LOGICAL_ID.test(entry))
        this.#problem(at, `Template format error: ${what} name ${entry} is non alphanumeric.`);
      return [entry, this.#mapping(value, at)];
    });
  }

  #section(sections: TemplateObject, name: string): TemplateObject {
    return this.#mapping(memberOf(sections, name), name);
  }

  #mapping(value: TemplateValue | undefined, at: string): TemplateObject {
    if (value === undefined || isObject(value)) return value ?? {};
    this.#problem(at, 'Template format error: must be a mapping (JSON: an object).');
    return {};
  }

  #text(owner: TemplateObject, name: string, at: string): string | undefined {
    const value = memberOf(owner, name);
    if (value === undefined || typeof value === 'string') return value;
    this.#problem(at, `Template format error: Every ${name} member must be a string.`);
    return undefined;
  }

  #problem(at: string, text: string): void {
    this.problems.push(new TemplateProblem(at, text));
  }
}
