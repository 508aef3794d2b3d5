import { TemplateProblem } from './template-error.js';
import { memberOf, scalarText, type TemplateObject } from './value.js';

const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const LIST_TYPE =
  /^(?:CommaDelimitedList|List<[A-Za-z0-9:]+>|AWS::SSM::Parameter::Value<List<.+>>)$/;
/** Their values are kept in Systems Manager. CDK declares one (BootstrapVersion) that nothing refers to. */
const SSM_TYPE = /^AWS::SSM::Parameter::/;
/** Ids of resources of AWS, e.g. `AWS::EC2::VPC::Id`: texts that only AWS could check. */
const AWS_TYPE = /^(?:List<)?AWS::[A-Za-z0-9]+::[A-Za-z0-9:]+>?$/;
const PLAIN_TYPES = ['String', 'Number', 'CommaDelimitedList', 'List<Number>', 'List<String>'];
const MEMBERS = [
  'AllowedPattern',
  'AllowedValues',
  'ConstraintDescription',
  'Default',
  'Description',
  'MaxLength',
  'MaxValue',
  'MinLength',
  'MinValue',
  'NoEcho',
  'Type',
];

export interface ParameterValues {
  /** Texts, and lists of texts. */
  values: ReadonlyMap<string, string | string[]>;
  /** Parameters whose values are elsewhere (Systems Manager): an error once they are referred to. */
  unknown: ReadonlySet<string>;
  /** Parameters with NoEcho. */
  secret: ReadonlySet<string>;
}

/**
 * Values of the declared parameters: what was given, else the default, checked against the constraints.
 * Adds what is wrong to `problems`, in CloudFormation's words and never with a value in them.
 */
export function parameterValues(
  declared: ReadonlyMap<string, TemplateObject>,
  given: Readonly<Record<string, string>>,
  problems: TemplateProblem[],
): ParameterValues {
  const values = new Map<string, string | string[]>();
  const unknown = new Set<string>();
  const missing: string[] = [];
  for (const [name, parameter] of declared) {
    const type = typeOf(name, parameter, problems);
    if (type === undefined) continue;
    const own = Object.hasOwn(given, name) ? given[name] : undefined;
    const text = own ?? scalarText(memberOf(parameter, 'Default') ?? []);
    if (SSM_TYPE.test(type) && own === undefined) unknown.add(name);
    else if (text === undefined) missing.push(name);
    else values.set(name, checkedValue(name, parameter, type, text, problems));
  }
  const undeclared = Object.keys(given).filter((name) => !declared.has(name));
  if (undeclared.length > 0)
    problems.push(
      new TemplateProblem(
        'Parameters',
        `Parameters: [${undeclared.join(', ')}] do not exist in the template. It has ${[...declared.keys()].join(', ') || 'none'}.`,
      ),
    );
  if (missing.length > 0)
    problems.push(
      new TemplateProblem(
        `Parameters.${missing[0]!}`,
        `Parameters: [${missing.join(', ')}] must have values. Give each with --parameter ${missing[0]!}=value.`,
      ),
    );
  const secret = new Set([...declared].filter(([, one]) => isNoEcho(one)).map(([name]) => name));
  return { values, unknown, secret };
}

function isNoEcho(parameter: TemplateObject): boolean {
  return scalarText(memberOf(parameter, 'NoEcho') ?? '')?.toLowerCase() === 'true';
}

function typeOf(
  name: string,
  parameter: TemplateObject,
  problems: TemplateProblem[],
): string | undefined {
  const at = `Parameters.${name}`;
  for (const member of Object.keys(parameter))
    if (!MEMBERS.includes(member))
      problems.push(
        new TemplateProblem(
          `${at}.${member}`,
          `Template format error: Invalid template parameter property '${member}'. Supported are ${MEMBERS.join(', ')}.`,
        ),
      );
  const type = memberOf(parameter, 'Type');
  if (typeof type !== 'string') {
    problems.push(
      new TemplateProblem(
        at,
        'Template format error: Every Parameters object must contain a Type member.',
      ),
    );
    return undefined;
  }
  if (PLAIN_TYPES.includes(type) || AWS_TYPE.test(type) || SSM_TYPE.test(type)) return type;
  problems.push(
    new TemplateProblem(
      `${at}.Type`,
      `Template format error: Unrecognized parameter type: ${type}. Supported are ${PLAIN_TYPES.join(', ')}, and AWS's own types as texts.`,
    ),
  );
  return undefined;
}

function checkedValue(
  name: string,
  parameter: TemplateObject,
  type: string,
  text: string,
  problems: TemplateProblem[],
): string | string[] {
  const isList = LIST_TYPE.test(type);
  // An empty list has no elements, not one that is empty.
  const parts = isList ? (text === '' ? [] : text.split(',').map((part) => part.trim())) : [text];
  const violated = new Set(parts.flatMap((part) => violations(parameter, type, part)));
  for (const constraint of violated) {
    const description = memberOf(parameter, 'ConstraintDescription');
    const message =
      typeof description === 'string'
        ? `Parameter ${name} failed to satisfy constraint: ${description}`
        : `Parameter '${name}' ${constraint}`;
    problems.push(new TemplateProblem(`Parameters.${name}`, message));
  }
  return isList ? parts : text;
}

/** Texts recorded from CloudFormation for lengths and allowed values; the others by analogy. */
function violations(parameter: TemplateObject, type: string, value: string): string[] {
  const found: string[] = [];
  const member = (name: string): string | undefined => scalarText(memberOf(parameter, name) ?? []);
  const bound = (name: string, violates: (limit: number) => boolean, text: string): void => {
    const limit = member(name);
    if (limit !== undefined && violates(Number(limit))) found.push(text.replace('#', limit));
  };
  bound('MinLength', (limit) => value.length < limit, 'must contain at least # characters');
  bound('MaxLength', (limit) => value.length > limit, 'must contain at most # characters');
  if (type === 'Number' || type === 'List<Number>') {
    if (!NUMBER.test(value)) return [...found, 'must be a number'];
    bound('MinValue', (limit) => Number(value) < limit, 'must be a number not less than #');
    bound('MaxValue', (limit) => Number(value) > limit, 'must be a number not greater than #');
  }
  const allowed = memberOf(parameter, 'AllowedValues');
  if (Array.isArray(allowed) && !allowed.some((one) => scalarText(one) === value))
    found.push('must be one of AllowedValues');
  const pattern = member('AllowedPattern');
  if (pattern !== undefined && !matches(pattern, value))
    found.push(`must match pattern ${pattern}`);
  return found;
}

function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(`^(?:${pattern})$`, 's').test(value);
  } catch (error) {
    // Not a regular expression: nothing matches it, and the message shows it.
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
