import { parseJson, stringifyJson } from '../../src/lib/json-text.js';
import { JsonNumber, exactNumber } from '../../src/lib/json-number.js';

// A matcher that is right by being plain: it flattens the event, multiplies out `$or`, and tries every
// combination of fields. Written from the description of the language, not from the compiled matcher.

type Json = string | number | boolean | null | JsonNumber | Json[] | { [name: string]: Json };
type JsonObject = Record<string, Json>;

/** A leaf of the event with the elements of arrays that it lies in. */
interface Field {
  path: string;
  value: Json;
  places: ReadonlyMap<string, number>;
}

/** Whether an event matches a pattern that is known to be valid and written without white space. */
export function naiveMatches(patternText: string, eventText: string): boolean {
  const fields = flatten(parseJson(eventText) as JsonObject);
  return expand(patternText, '', [{}]).some((wanted) => {
    const paths = Object.keys(wanted).sort();
    return tryPath(paths, 0, wanted, fields, new Map());
  });
}

function flatten(event: JsonObject): Field[] {
  const fields: Field[] = [];
  const visit = (
    value: Json,
    path: string,
    position: string,
    places: ReadonlyMap<string, number>,
  ): void => {
    if (Array.isArray(value)) {
      value.forEach((element, index) => {
        const inside =
          typeof element === 'object' && element !== null && !(element instanceof JsonNumber)
            ? new Map([...places, [position, index] as const])
            : places;
        visit(element, path, `${position}[${index}]`, inside);
      });
    } else if (typeof value === 'object' && value !== null && !(value instanceof JsonNumber)) {
      for (const [name, member] of Object.entries(value)) {
        visit(
          member,
          position === '' ? name : `${path}.${name}`,
          `${position}/${JSON.stringify(name)}`,
          places,
        );
      }
    } else fields.push({ path, value, places });
  };
  visit(event, '', '', new Map());
  return fields;
}

type Wanted = Record<string, Json[]>;

/**
 * Multiplies `$or` out into plain lists of paths. All members count, in the order in which they are written: two
 * `$or`s of one object are both conditions, and of two lists at one path the last holds.
 */
function expand(patternText: string, prefix: string, before: Wanted[]): Wanted[] {
  let result = before;
  for (const member of entriesOf(patternText)) {
    const [quoted] = QUOTED.exec(member)!;
    const name = JSON.parse(quoted) as string;
    const value = member.slice(quoted.length + 1);
    if (name === '$or') {
      const alternatives = result;
      result = entriesOf(value).flatMap((branch) => expand(branch, prefix, alternatives));
    } else if (value.startsWith('[')) {
      const matchers = parseJson(value) as Json[];
      result = result.map((wanted) => ({ ...wanted, [`${prefix}${name}`]: matchers }));
    } else result = expand(value, `${prefix}${name}.`, result);
  }
  return result;
}

const QUOTED = /^"(?:[^"\\]|\\.)*"/;

/** What stands between the commas of an object or an array: JSON.parse hides members given twice. */
function entriesOf(text: string): string[] {
  const entries: string[] = [];
  let depth = 0;
  let from = 1;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],]/g)) {
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (depth === 0 || (depth === 1 && token === ',')) {
      entries.push(text.slice(from, index));
      from = index + 1;
    }
  }
  return entries;
}

function tryPath(
  paths: string[],
  index: number,
  wanted: Wanted,
  fields: Field[],
  chosen: ReadonlyMap<string, number>,
): boolean {
  const path = paths[index];
  if (path === undefined) return true;
  const consistent = fields.filter(
    (field) =>
      field.path === path &&
      [...field.places].every(([array, at]) => (chosen.get(array) ?? at) === at),
  );
  const matchers = wanted[path]!;
  const mayBeAbsent = matchers.some(
    (matcher) => operatorOf(matcher)?.[0] === 'exists' && operatorOf(matcher)?.[1] === false,
  );
  if (mayBeAbsent && consistent.length === 0 && tryPath(paths, index + 1, wanted, fields, chosen)) {
    return true;
  }
  return consistent.some(
    ({ value, places }) =>
      matchers.some((matcher) => matchesOne(matcher, value)) &&
      tryPath(paths, index + 1, wanted, fields, new Map([...chosen, ...places])),
  );
}

function operatorOf(matcher: Json): [string, Json] | undefined {
  if (typeof matcher !== 'object' || matcher === null || matcher instanceof JsonNumber) {
    return undefined;
  }
  return Object.entries(matcher)[0];
}

function matchesOne(matcher: Json, value: Json): boolean {
  const operator = operatorOf(matcher);
  if (operator === undefined) return equals(matcher, value);
  const [name, argument] = operator;
  switch (name) {
    case 'exists':
      return argument === true;
    case 'anything-but':
      return !matchesNegated(argument, value);
    case 'numeric':
      return inRange(argument as Json[], value);
    case 'cidr':
      return typeof value === 'string' && inNetwork(argument as string, value);
    default:
      return typeof value === 'string' && matchesText(name, argument, value);
  }
}

function equals(wanted: Json, value: Json): boolean {
  const a = numberOf(wanted);
  const b = numberOf(value);
  if (a === undefined || b === undefined) return a === b && wanted === value;
  // Numbers that no double can say are equal when their digits are.
  return Number.isNaN(a) ? stringifyJson(wanted) === stringifyJson(value) : a === b;
}

function matchesNegated(argument: Json, value: Json): boolean {
  const operator = Array.isArray(argument) ? undefined : operatorOf(argument);
  if (operator === undefined) return [argument].flat().some((wanted) => equals(wanted, value));
  const [name, texts] = operator;
  return typeof value === 'string' && [texts].flat().some((text) => matchesText(name, text, value));
}

function matchesText(operator: string, argument: Json, value: string): boolean {
  if (typeof argument !== 'string') {
    const text = ((argument as JsonObject)['equals-ignore-case'] as string).toLowerCase();
    return matchesText(operator, text, value.toLowerCase());
  }
  switch (operator) {
    case 'exactly':
      return value === argument;
    case 'prefix':
      return value.startsWith(argument);
    case 'suffix':
      return value.endsWith(argument);
    case 'equals-ignore-case':
      return value.toLowerCase() === argument.toLowerCase();
    case 'wildcard': {
      const source = argument.replace(/\\([*\\])|\*|[^*\\]/g, (part, escapedChar?: string) => {
        if (part === '*') return '[^]*';
        return `\\u{${(escapedChar ?? part).charCodeAt(0).toString(16)}}`;
      });
      return new RegExp(`^${source}$`, 'u').test(value);
    }
    default:
      throw new Error(`no such operator: ${operator}`);
  }
}

/** Undefined for what is no number, NaN for a number that no double can say. */
function numberOf(value: Json): number | undefined {
  if (typeof value === 'number') return value;
  return value instanceof JsonNumber ? exactNumber(value.toString()) : undefined;
}

function inRange(terms: Json[], value: Json): boolean {
  const number = numberOf(value);
  if (number === undefined || Number.isNaN(number)) return false;
  for (let index = 0; index < terms.length; index += 2) {
    const bound = numberOf(terms[index + 1]!)!;
    const holds = {
      '=': number === bound,
      '<': number < bound,
      '<=': number <= bound,
      '>': number > bound,
      '>=': number >= bound,
    }[terms[index] as '='];
    if (!holds) return false;
  }
  return true;
}

function inNetwork(cidr: string, value: string): boolean {
  const bitsOf = (address: string): string | undefined =>
    /^\d+(\.\d+){3}$/.test(address)
      ? address
          .split('.')
          .map((byte) => Number(byte).toString(2).padStart(8, '0'))
          .join('')
      : undefined;
  const [network, length] = cidr.split('/') as [string, string];
  const bits = bitsOf(value);
  return bits?.slice(0, Number(length)) === bitsOf(network)!.slice(0, Number(length));
}
