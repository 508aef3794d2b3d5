import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseJson } from '../../src/lib/json-text.js';
import { compilePattern } from '../../src/patterns/index.js';
import { cases } from '../support/property.js';
import { naiveMatches } from './naive-matcher.js';

// Patterns and events are made as texts, of few names and values, so that they meet often.

const name = fc.constantFrom('a', 'b', 'c', 'd', 'a.b', 'b.c', '__proto__', 'constructor');
const text = fc.constantFrom(
  '',
  'x',
  'X',
  'xy',
  'yx',
  'x*y',
  'x\\y',
  '5',
  'null',
  '10.1.2.3',
  '田中',
);
const string = text.map((value) => JSON.stringify(value));
const number = fc.constantFrom(
  '0',
  '-0',
  '5',
  '5.0',
  '0.5e1',
  '-1.5',
  '7',
  '9007199254740993',
  '1e400',
);
const doubled = number.filter((digits) => digits !== '9007199254740993' && digits !== '1e400');
const scalar = fc.oneof(string, string, number, fc.constantFrom('true', 'false', 'null'));

const list = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => `[${items.join()}]`);
const member = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(name, item).map(([key, value]) => `"${key}":${value}`);
const object = (members: fc.Arbitrary<string[]>): fc.Arbitrary<string> =>
  members.map((written) => `{${written.join()}}`);

const event = fc.letrec<{ value: string; event: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    scalar,
    tie('event'),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => `[${items.join()}]`),
  ),
  event: object(
    fc.uniqueArray(member(tie('value')), {
      maxLength: 5,
      selector: (written) => written.slice(0, written.indexOf(':')),
    }),
  ),
})).event;

const operator = (key: string, argument: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  argument.map((value) => `{"${key}":${value}}`);
const wildcard = fc
  .constantFrom('*', 'x*', '*y', 'x*y', 'x\\*y', 'x\\\\*', '', '*x*y*')
  .map((value) => JSON.stringify(value));
const range = fc
  .tuple(fc.constantFrom('>', '>='), fc.constantFrom('<', '<='))
  .map(([low, high]) => `["${low}",-1.5,"${high}",5]`);
const matcher = fc.oneof(
  scalar,
  operator('exists', fc.constantFrom('true', 'false')),
  operator('prefix', string),
  operator('suffix', string),
  operator('prefix', operator('equals-ignore-case', string)),
  operator('suffix', operator('equals-ignore-case', string)),
  operator('equals-ignore-case', string),
  operator('exactly', string),
  operator('wildcard', wildcard),
  operator('cidr', fc.constantFrom('"10.0.0.0/8"', '"10.1.2.0/24"', '"11.0.0.0/8"')),
  operator('numeric', range),
  operator('numeric', fc.constantFrom('["=",5]', '["<",5.0]', '[">=",0]')),
  operator('anything-but', fc.oneof(string, doubled, list(string), list(doubled))),
  operator(
    'anything-but',
    fc.oneof(
      operator('equals-ignore-case', fc.oneof(string, list(string))),
      operator('wildcard', fc.oneof(wildcard, list(wildcard))),
      operator('prefix', fc.constantFrom('"x"', '["x","y"]')),
      operator('suffix', fc.constantFrom('"x"', '["x","y"]')),
    ),
  ),
);

const fields = fc.letrec<{ value: string; object: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 3, depthSize: 'small' }, list(matcher), tie('object')),
  // A name may come twice: both members count.
  object: object(fc.array(member(tie('value')), { minLength: 1, maxLength: 4 })),
})).object;
const withOr = (of: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(of, fc.array(of, { minLength: 2, maxLength: 3 }), fc.boolean())
    .map(([first, branches, inside]) => {
      const or = `{"$or":[${branches.join()}]}`;
      return `${first.slice(0, -1)},${inside ? `"d":${or}` : or.slice(1, -1)}}`;
    });
const pattern = fc.oneof(
  { weight: 4, arbitrary: fields },
  { weight: 1, arbitrary: withOr(fields) },
  { weight: 1, arbitrary: withOr(withOr(fields)) },
);

describe('the compiled matcher', () => {
  it('agrees with the naive matcher on any pattern and event', () => {
    fc.assert(
      fc.property(pattern, fc.array(event, { minLength: 4, maxLength: 4 }), (rule, events) => {
        const compiled = compilePattern(rule);
        for (const text of events) {
          assert.equal(compiled.matches(parseJson(text)), naiveMatches(rule, text), text);
        }
      }),
      cases(2000),
    );
  });

  it('finds in a DynamoDB-like event what a pattern made from it asks for', () => {
    fc.assert(
      fc.property(fc.dictionary(name, string, { minKeys: 1 }), (image) => {
        const members = Object.entries(image).filter(([key]) => !key.includes('.'));
        fc.pre(members.length > 0);
        const build = (value: (text: string) => string): string =>
          `{"dynamodb":{"NewImage":{${members.map(([key, text]) => `"${key}":{"S":${value(text)}}`).join()}}}}`;
        const compiled = compilePattern(build((text) => `[${text}]`));
        assert.equal(compiled.matches(parseJson(build((text) => text))), true);
        assert.equal(compiled.matches(parseJson(build(() => '"other"'))), false);
      }),
      cases(200),
    );
  });

  it('never throws, whatever JSON the event is', () => {
    fc.assert(
      fc.property(pattern, fc.jsonValue(), (rule, value) => {
        assert.equal(typeof compilePattern(rule).matches(value), 'boolean');
      }),
      cases(500),
    );
  });
});
