import { pick, type Random } from '../support/random.js';

const JUNK: readonly (() => unknown)[] = [
  () => null,
  () => true,
  () => 0,
  () => -1,
  () => 1e308,
  () => 2 ** 53,
  () => 0.5,
  () => '',
  () => 'x'.repeat(70_000),
  () => '\u0000\ud800\uffff',
  () => '99999999999999999999999999999999999999999e200',
  () => '__proto__',
  () => [],
  () => [[[]]],
  () => ({}),
  () => ({ S: 1 }),
  () => ({ N: 'NaN' }),
  () => ({ SS: [] }),
  () => ({ NS: ['1', '1.0'] }),
  () => ({ B: '***' }),
  () => ({ M: { '': { S: '' } } }),
  () => ({ S: 'a', N: '1' }),
  () => ({ NULL: false }),
  () => JSON.parse('{"__proto__": {"S": "x"}, "constructor": {"S": "y"}}') as unknown,
  () => nested(40),
  () => '((((((((((((((((((((a = :v))))))))))))))))))))',
  () => 'SET a = a + :v, #x REMOVE [[',
  () => 'a '.repeat(3000),
  () => `${'('.repeat(2000)}a${')'.repeat(2000)}`,
];

/** A value so many levels deep. */
function nested(depth: number): unknown {
  let value: unknown = { S: 'x' };
  for (let at = 0; at < depth; at += 1) value = at % 2 ? { L: [value] } : { M: { a: value } };
  return value;
}

/** A copy of a request with one to three of its parts spoilt. */
export function mutated(random: Random, input: object): unknown {
  let document: unknown = structuredClone(input);
  for (let count = 1 + Math.floor(random() * 3); count > 0; count -= 1)
    document = spoil(random, document);
  return document;
}

function spoil(random: Random, node: unknown): unknown {
  if (typeof node !== 'object' || node === null || random() < 0.15) return spoilValue(random, node);
  if (Array.isArray(node)) {
    if (node.length === 0) return spoilValue(random, node);
    const copy = [...(node as unknown[])];
    const at = Math.floor(random() * copy.length);
    const kind = random();
    if (kind < 0.15) copy.splice(at, 1);
    else if (kind < 0.3) copy.push(...Array.from({ length: 30 }, () => copy[at]));
    else copy[at] = spoil(random, copy[at]);
    return copy;
  }
  const entries = Object.entries(node as Record<string, unknown>);
  if (entries.length === 0) return spoilValue(random, node);
  const at = Math.floor(random() * entries.length);
  const [name, value] = entries[at]!;
  const kind = random();
  if (kind < 0.15) entries.splice(at, 1);
  else if (kind < 0.25) entries.push([pick(random, ['Extra', 'pk', ':v', '#t', name]), value]);
  else if (kind < 0.3) entries[at] = [`${name}x`, value];
  else entries[at] = [name, spoil(random, value)];
  return Object.fromEntries(entries);
}

function spoilValue(random: Random, node: unknown): unknown {
  if (typeof node === 'string' && random() < 0.5) return spoilText(random, node);
  return pick(random, JUNK)();
}

/** A text with something put in or taken out. */
export function spoilText(random: Random, text: string): string {
  const at = Math.floor(random() * (text.length + 1));
  const inserted = pick(random, [
    '',
    ' ',
    '(',
    ')',
    "'",
    '"',
    ',',
    '=',
    ':v',
    '#t',
    '[0]',
    '.',
    '-',
    '\n',
    'é',
    '😀',
    '?',
    'AND',
    'NOT',
    '<>',
  ]);
  return text.slice(0, at) + inserted + text.slice(at + Math.floor(random() * 3));
}

/** Bytes of a body with something wrong on the level below JSON. */
export function spoiltBytes(random: Random, json: string): Buffer {
  const bytes = Buffer.from(json);
  switch (Math.floor(random() * 6)) {
    case 0:
      return bytes.subarray(0, Math.floor(random() * bytes.length));
    case 1:
      for (let count = 0; count < 3; count += 1)
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      return bytes;
    case 2:
      return Buffer.concat([bytes, bytes]);
    case 3:
      return Buffer.from(Array.from({ length: 300 }, () => Math.floor(random() * 256)));
    case 4: {
      const depth = pick(random, [1_000, 10_000, 100_000]);
      return Buffer.from(
        `{"TableName":"fuzzed","Item":${'{"M":{"a":'.repeat(depth)}1${'}}'.repeat(depth)}}`,
      );
    }
    default: {
      const depth = pick(random, [1_000, 10_000, 100_000]);
      return Buffer.from(`{"TableName":${'['.repeat(depth)}${']'.repeat(depth)}}`);
    }
  }
}
