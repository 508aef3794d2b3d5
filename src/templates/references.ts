import { hasDynamicReference } from './dynamic-references.js';
import {
  argumentsOf,
  functionCall,
  getAttArguments,
  subArguments,
  subReference,
  subVariable,
  usageProblem,
  type FunctionCall,
} from './functions.js';
import { isObject, type TemplateValue } from './value.js';

/** What a value refers to, wherever in it. `Dynamic`: to a secret or parameter elsewhere, its text is the name. */
export interface Reference {
  kind: 'Ref' | 'GetAtt' | 'Condition' | 'Dynamic';
  name: string;
  /** Of GetAtt, unless it is computed. */
  attribute?: string;
  /** Path of the reference in the template. */
  at: string;
}

/**
 * All references of a value, those in branches not taken as well. Checks the form of every function on its
 * way and throws a TemplateProblem for one that is unknown or has a wrong argument.
 */
export function* referencesIn(value: TemplateValue, at: string): Generator<Reference> {
  if (typeof value === 'string') yield* dynamicReference(value, at);
  else if (Array.isArray(value))
    for (const [index, element] of value.entries())
      yield* referencesIn(element, `${at}[${String(index)}]`);
  else if (isObject(value)) {
    const call = functionCall(value, at);
    if (call) yield* referencesOfCall(call, `${at}.${call.name}`);
    else
      for (const [name, member] of Object.entries(value))
        yield* referencesIn(member, `${at}.${name}`);
  }
}

function* dynamicReference(text: string, at: string): Generator<Reference> {
  if (hasDynamicReference(text)) yield { kind: 'Dynamic', name: text, at };
}

function* referencesOfCall(call: FunctionCall, at: string): Generator<Reference> {
  const { name, argument } = call;
  switch (name) {
    case 'Ref':
      if (typeof argument !== 'string') throw usageProblem(name, at);
      yield { kind: 'Ref', name: argument, at };
      return;
    case 'Fn::GetAtt': {
      const [logicalId, attribute] = getAttArguments(argument, at);
      const known = typeof attribute === 'string' ? { attribute } : {};
      yield { kind: 'GetAtt', name: logicalId, ...known, at };
      yield* referencesIn(attribute, at);
      return;
    }
    case 'Fn::Sub':
      yield* referencesOfSub(argument, at);
      return;
    case 'Fn::If': {
      const [condition, ...branches] = argumentsOf(call, at);
      if (typeof condition !== 'string') throw usageProblem(name, at);
      yield { kind: 'Condition', name: condition, at };
      for (const [index, branch] of branches.entries())
        yield* referencesIn(branch, `${at}[${String(index + 1)}]`);
      return;
    }
    case 'Fn::Base64':
      yield* referencesIn(argument, at);
      return;
    default:
      yield* referencesIn(argumentsOf(call, at), at);
  }
}

function* referencesOfSub(argument: TemplateValue, at: string): Generator<Reference> {
  const substitution = subArguments(argument, at);
  for (const part of substitution.parts) {
    if (typeof part === 'string') yield* dynamicReference(part, at);
    else if (subVariable(substitution, part.name) === undefined) {
      const { logicalId, attribute } = subReference(part.name);
      yield attribute === undefined
        ? { kind: 'Ref', name: logicalId, at }
        : { kind: 'GetAtt', name: logicalId, attribute, at };
    }
  }
  yield* referencesIn(substitution.variables, at);
}
