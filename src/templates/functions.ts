import { TemplateProblem } from './template-error.js';
import { isObject, memberOf, type TemplateObject, type TemplateValue } from './value.js';

/** Functions that give a value, and what CloudFormation says when their argument has another form. */
const VALUE_FUNCTIONS: ReadonlyMap<string, { count?: number; usage: string }> = new Map([
  ['Ref', { usage: 'every Ref object must have a single String value.' }],
  [
    'Fn::GetAtt',
    {
      usage:
        'every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute',
    },
  ],
  [
    'Fn::Sub',
    {
      usage:
        "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string",
    },
  ],
  [
    'Fn::Join',
    {
      count: 2,
      usage:
        'every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings to be joined.',
    },
  ],
  [
    'Fn::Split',
    {
      count: 2,
      usage:
        'every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split.',
    },
  ],
  [
    'Fn::Select',
    {
      count: 2,
      usage: 'Fn::Select requires a list argument with two elements: an integer index and a list',
    },
  ],
  [
    'Fn::If',
    {
      count: 3,
      usage: 'Fn::If requires a list argument with the first element being a condition',
    },
  ],
  [
    'Fn::FindInMap',
    {
      count: 3,
      usage:
        'every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value',
    },
  ],
  ['Fn::Base64', { usage: 'every Fn::Base64 object must have a String-typed value.' }],
]);
/** Functions of the section Conditions. */
export const CONDITION_FUNCTIONS = ['Condition', 'Fn::And', 'Fn::Equals', 'Fn::Not', 'Fn::Or'];

const SUBSTITUTION = /\$\{([^}]*)\}/g;
const SUB_NAME = /^[A-Za-z0-9_.:]+$/;

export interface FunctionCall {
  name: string;
  argument: TemplateValue;
}

/** The function that a value is; undefined when it is none. Throws for one that is not supported. */
export function functionCall(value: TemplateValue, at: string): FunctionCall | undefined {
  if (!isObject(value)) return undefined;
  const names = Object.keys(value);
  const name = names.find((one) => one === 'Ref' || one.startsWith('Fn::'));
  if (name === undefined) return undefined;
  // As for CloudFormation, a Ref among other members is a member of that name.
  if (names.length > 1 && name === 'Ref') return undefined;
  if (names.length > 1)
    throw new TemplateProblem(at, `Template error: ${name} must stand alone in its mapping.`);
  if (!VALUE_FUNCTIONS.has(name)) throw unsupportedFunction(name, at);
  return { name, argument: value[name]! };
}

export function unsupportedFunction(name: string, at: string): TemplateProblem {
  const supported = [...VALUE_FUNCTIONS.keys(), ...CONDITION_FUNCTIONS].join(', ');
  const where = CONDITION_FUNCTIONS.includes(name)
    ? `Template error: ${name} belongs to the section Conditions: name a condition there and use it in Fn::If.`
    : `Template error: Encountered unsupported function: ${name} Supported functions are: [${supported}]`;
  return new TemplateProblem(at, where);
}

/** What CloudFormation says about an argument of the wrong form. */
export function usageProblem(name: string, at: string): TemplateProblem {
  return new TemplateProblem(at, `Template error: ${VALUE_FUNCTIONS.get(name)!.usage}`);
}

/** The elements of an argument that must be a list of that many. */
export function argumentsOf({ name, argument }: FunctionCall, at: string): TemplateValue[] {
  if (Array.isArray(argument) && argument.length === VALUE_FUNCTIONS.get(name)!.count)
    return argument;
  throw usageProblem(name, at);
}

/** Logical id and attribute of Fn::GetAtt in its two forms; the attribute may be a Ref. */
export function getAttArguments(
  argument: TemplateValue,
  at: string,
): [logicalId: string, attribute: TemplateValue] {
  if (typeof argument === 'string') {
    const dot = argument.indexOf('.');
    if (dot > 0 && dot < argument.length - 1)
      return [argument.slice(0, dot), argument.slice(dot + 1)];
  } else if (Array.isArray(argument) && argument.length === 2) {
    const [logicalId, attribute] = argument;
    if (typeof logicalId === 'string' && logicalId !== '' && attribute !== '')
      return [logicalId, attribute!];
  }
  throw usageProblem('Fn::GetAtt', at);
}

export interface Substitution {
  /** Literal texts, and names to be replaced. */
  parts: readonly (string | { name: string })[];
  /** The function's own variables. */
  variables: TemplateObject;
}

/** Fn::Sub in its two forms. `${!Literal}` stands for `${Literal}`. */
export function subArguments(argument: TemplateValue, at: string): Substitution {
  const [text, variables = {}, ...rest] = Array.isArray(argument) ? argument : [argument];
  if (typeof text !== 'string' || !isObject(variables) || rest.length > 0)
    throw usageProblem('Fn::Sub', at);
  const parts: (string | { name: string })[] = [];
  let end = 0;
  for (const match of text.matchAll(SUBSTITUTION)) {
    const [whole, inner] = match as unknown as [string, string];
    parts.push(text.slice(end, match.index));
    end = match.index + whole.length;
    if (inner.startsWith('!')) parts.push(`\${${inner.slice(1)}}`);
    else if (SUB_NAME.test(inner)) parts.push({ name: inner });
    else
      throw new TemplateProblem(
        at,
        'Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons',
      );
  }
  parts.push(text.slice(end));
  return { parts: parts.filter((part) => part !== ''), variables };
}

/** What a name in Fn::Sub refers to: `Resource.Attribute`, or as Ref does. */
export function subReference(name: string): { logicalId: string; attribute?: string } {
  const dot = name.indexOf('.');
  return dot > 0
    ? { logicalId: name.slice(0, dot), attribute: name.slice(dot + 1) }
    : { logicalId: name };
}

/** The variable of that name that Fn::Sub brings itself. */
export function subVariable({ variables }: Substitution, name: string): TemplateValue | undefined {
  return memberOf(variables, name);
}
