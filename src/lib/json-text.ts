import { JsonNumber, stringifyPlain } from './json-number.js';
import { plainObject } from './lazy-object.js';

/**
 * Whether a text may hold a number that would not come back digit for digit. It may say yes without
 * cause (it looks into strings too), never no.
 */
const MAY_LOSE_DIGITS = /(?:^|[[:,\s])(?:-0|-?(?:[\d.]{16}|\d+\.\d*0(?!\d)|[\d.]+[eE]|0\.0{6}))/;

/**
 * `JSON.parse` that keeps numbers digit for digit: one that JavaScript would write differently becomes
 * a {@link JsonNumber}. Throws a SyntaxError when the text is not JSON.
 */
export function parseJson(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  return MAY_LOSE_DIGITS.test(text) ? readValid(text) : plain;
}

/**
 * `JSON.stringify` that writes {@link JsonNumber}s digit for digit and takes values of any depth.
 * What JSON cannot hold (undefined, functions) is left out of objects and is `null` elsewhere.
 */
export function stringifyJson(value: unknown): string {
  try {
    return stringifyPlain(value) ?? write(value);
  } catch (error) {
    // JSON.stringify recurses: a few thousand levels exhaust the stack.
    if (error instanceof RangeError) return write(value);
    throw error;
  }
}

type Container = unknown[] | Record<string, unknown>;

const SCALAR = /[^\s,\]}]+/y;

/** Reads a text that JSON.parse has found valid, without recursion. */
function readValid(text: string): unknown {
  const open: Container[] = [];
  let key: string | undefined;
  let result: unknown;
  const put = (value: unknown): void => {
    const container = open.at(-1);
    if (container === undefined) result = value;
    else if (Array.isArray(container)) container.push(value);
    else {
      setOwn(container, key!, value);
      key = undefined;
    }
  };
  let at = 0;
  while (at < text.length) {
    const char = text[at]!;
    if (char === '"') {
      const end = closingQuote(text, at + 1);
      const string = readString(text.slice(at, end + 1));
      const container = open.at(-1);
      if (key === undefined && container !== undefined && !Array.isArray(container)) key = string;
      else put(string);
      at = end + 1;
    } else if (char === '{' || char === '[') {
      const container: Container = char === '{' ? {} : [];
      put(container);
      open.push(container);
      at += 1;
    } else if (char === '}' || char === ']') {
      open.pop();
      at += 1;
    } else if (' \t\r\n,:'.includes(char)) {
      at += 1;
    } else {
      SCALAR.lastIndex = at;
      const [scalar] = SCALAR.exec(text)!;
      put(readScalar(scalar));
      at += scalar.length;
    }
  }
  return result;
}

function closingQuote(text: string, from: number): number {
  for (let at = from; ; at += 1) {
    const char = text[at];
    if (char === '"') return at;
    if (char === '\\') at += 1;
  }
}

function readString(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

function readScalar(text: string): unknown {
  if (text === 'null') return null;
  if (text === 'true') return true;
  if (text === 'false') return false;
  const value = Number(text);
  return String(value) === text ? value : new JsonNumber(text);
}

/** Assigning `__proto__` would change the prototype instead of making a member. */
function setOwn(object: Record<string, unknown>, name: string, value: unknown): void {
  if (name !== '__proto__') object[name] = value;
  else
    Object.defineProperty(object, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
}

/** What is still to be written: text as it is, or a value. */
type Task = { text: string } | { value: unknown };

function write(root: unknown): string {
  let out = '';
  const tasks: Task[] = [{ value: root }];
  for (let task = tasks.pop(); task !== undefined; task = tasks.pop()) {
    if ('text' in task) out += task.text;
    else if (task.value instanceof JsonNumber) out += task.value.toString();
    else if (typeof task.value !== 'object' || task.value === null) {
      out += stringifyPlain(task.value) ?? 'null';
    } else for (const part of expand(task.value).reverse()) tasks.push(part);
  }
  return out;
}

function expand(container: object): Task[] {
  if (Array.isArray(container)) {
    const tasks: Task[] = [{ text: '[' }];
    container.forEach((value: unknown, index) => {
      if (index > 0) tasks.push({ text: ',' });
      tasks.push({ value });
    });
    tasks.push({ text: ']' });
    return tasks;
  }
  const tasks: Task[] = [];
  for (const [name, value] of Object.entries(plainObject(container))) {
    if (value === undefined || typeof value === 'function') continue;
    tasks.push({ text: `${tasks.length === 0 ? '{' : ','}${JSON.stringify(name)}:` }, { value });
  }
  tasks.push({ text: tasks.length === 0 ? '{}' : '}' });
  return tasks;
}
