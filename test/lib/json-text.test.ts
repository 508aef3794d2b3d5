import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { JsonNumber, exactNumber } from '../../src/lib/json-number.js';
import { parseJson, stringifyJson } from '../../src/lib/json-text.js';
import { cases } from '../support/property.js';

describe('reading JSON digit for digit', () => {
  const kept = [
    '9007199254740993',
    '1.0',
    '-0',
    '1e400',
    '1E5',
    '0.1000000000000000055511151231257827',
    '123456789012345678901234567890.12',
    '0.0000001',
    '12345678901.12345678901',
  ];
  for (const number of kept) {
    it(`gives ${number} back as it was written`, () => {
      const text = `{"a":[${number},{"b":${number}}],"c":"x"}`;
      assert.equal(stringifyJson(parseJson(text)), text);
      assert.equal(stringifyJson(parseJson(number)), number);
    });
  }

  it('gives any number back as it was written', () => {
    const digits = fc.stringMatching(/^-?(0|[1-9]\d{0,20})(\.\d{1,20})?([eE][+-]?\d{1,3})?$/);
    fc.assert(
      fc.property(digits, (number) => {
        const text = `{"a":${number}}`;
        assert.equal(stringifyJson(parseJson(text)), text);
      }),
      cases(100),
    );
  });

  it('leaves numbers that JavaScript keeps as they are', () => {
    assert.deepEqual(parseJson('{"a":1,"b":-2.5,"c":"12345678901234567890"}'), {
      a: 1,
      b: -2.5,
      c: '12345678901234567890',
    });
  });

  it('reads any JSON as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('', ' ', '\n\t'), (text, space) => {
        const withNumber = `[${space}1.0${space},${space}${text}${space}]`;
        const [, value] = parseJson(withNumber) as unknown[];
        assert.equal(
          JSON.stringify(value),
          JSON.stringify((JSON.parse(withNumber) as unknown[])[1]),
        );
      }),
      cases(100),
    );
  });

  it('makes members named __proto__ plain members', () => {
    const value = parseJson('{"__proto__":{"x":1.0}}') as object;
    assert.ok(Object.hasOwn(value, '__proto__'));
    assert.equal(stringifyJson(value), '{"__proto__":{"x":1.0}}');
  });

  it('refuses what is not JSON', () => {
    assert.throws(() => parseJson('{"a":1.0,}'), SyntaxError);
  });

  it('reads and writes long strings and lists', () => {
    const text = `[1.0,${JSON.stringify('\\"'.repeat(1_000_000))}${',1'.repeat(300_000)}]`;
    assert.equal(stringifyJson(parseJson(text)), text);
  });

  it('reads and writes ten thousand levels', () => {
    const text = `${'['.repeat(10_000)}1.0${']'.repeat(10_000)}`;
    assert.equal(stringifyJson(parseJson(text)), text);
    const plain = text.replace('1.0', '1');
    assert.equal(stringifyJson(JSON.parse(plain)), plain);
  });
});

describe('writing JSON', () => {
  it('writes what JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.equal(stringifyJson(value), JSON.stringify(value));
        assert.equal(
          stringifyJson([new JsonNumber('1.0'), value]),
          `[1.0,${JSON.stringify(value)}]`,
        );
      }),
      cases(100),
    );
  });

  it('leaves out members without a value, as JSON.stringify does', () => {
    const value = { a: undefined, b: 1, c: [undefined] };
    assert.equal(stringifyJson(value), '{"b":1,"c":[null]}');
    assert.equal(
      stringifyJson({ n: new JsonNumber('2.0'), ...value }),
      '{"n":2.0,"b":1,"c":[null]}',
    );
  });
});

describe('exact numbers', () => {
  it('has the same value for all ways to write a number', () => {
    for (const text of ['300', '300.0', '3e2', '3.00E+2', '30000e-2']) {
      assert.equal(exactNumber(text), 300, text);
    }
    assert.equal(exactNumber('-0.0'), 0 * -1);
  });

  it('has none where a double would round', () => {
    for (const text of ['9007199254740993', '1e400', '1e-400', '0.10000000000000000001']) {
      assert.ok(Number.isNaN(exactNumber(text)), text);
    }
  });
});
