// JSON.parse does not say in all versions of Node.js where a fault lies.

const TOKEN =
  /([{}[\],:])|("(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/uy;
const SPACE = /[ \t\r\n]*/y;

/** What may come next. `first` forms also take the end of an empty container. */
type Expected = 'value' | 'first value' | 'name' | 'first name' | 'colon' | 'separator' | 'nothing';

/** The index at which a text stops being JSON: its length when it ends too early. Undefined when it is JSON. */
export function jsonFault(text: string): number | undefined {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = skip(text, 0);
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text);
    if (token === null) return at;
    const next = after(expected, token[1] ?? (token[2] === undefined ? 'word' : 'string'), open);
    if (next === undefined) return at;
    expected = next;
    at = skip(text, TOKEN.lastIndex);
  }
  return expected === 'nothing' ? undefined : text.length;
}

function skip(text: string, from: number): number {
  SPACE.lastIndex = from;
  return from + (SPACE.exec(text)?.[0].length ?? 0);
}

/** What is expected after a token; undefined when the token itself is not. */
function after(expected: Expected, token: string, open: ('{' | '[')[]): Expected | undefined {
  const container = open.at(-1);
  switch (token) {
    case '{':
    case '[':
      if (expected !== 'value' && expected !== 'first value') return undefined;
      open.push(token);
      return token === '{' ? 'first name' : 'first value';
    case '}':
    case ']':
      if (container !== (token === '}' ? '{' : '[')) return undefined;
      if (expected !== 'separator' && !expected.startsWith('first')) return undefined;
      open.pop();
      return open.length > 0 ? 'separator' : 'nothing';
    case ',':
      if (expected !== 'separator') return undefined;
      return container === '{' ? 'name' : 'value';
    case ':':
      return expected === 'colon' ? 'value' : undefined;
    default:
      if (token === 'string' && (expected === 'name' || expected === 'first name')) return 'colon';
      if (expected !== 'value' && expected !== 'first value') return undefined;
      return open.length > 0 ? 'separator' : 'nothing';
  }
}
