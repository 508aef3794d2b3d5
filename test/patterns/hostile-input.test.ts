import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PatternError, compilePattern } from '../../src/patterns/index.js';

// Each of these would take minutes, or end the process, if time or stack grew with more than the input.

describe('patterns on hostile input', () => {
  it('takes time in proportion to the text for any number of stars', () => {
    const stars = '*a'.repeat(500);
    const { matches } = compilePattern(`{"s":[{"wildcard":"${stars}*b"}]}`);
    assert.equal(matches({ s: 'a'.repeat(400_000) }), false);
    assert.equal(matches({ s: `${'a'.repeat(400_000)}b` }), true);
  });

  it('takes time in proportion to the text for long pieces between stars', () => {
    const piece = `b${'a'.repeat(2000)}`;
    const { matches } = compilePattern(`{"s":[{"wildcard":"*${piece}*"}]}`);
    assert.equal(matches({ s: 'a'.repeat(400_000) }), false);
    assert.equal(matches({ s: `${'a'.repeat(400_000)}${piece}x` }), true);
  });

  it('finds no match in large sibling arrays without trying all combinations', () => {
    const { matches } = compilePattern(
      '{"a":{"x":[1],"y":[{"exists":false}]},"b":{"x":[1],"y":[2]},"c":["never"]}',
    );
    const elements = Array.from({ length: 20_000 }, () => ({ x: 1 }));
    assert.equal(matches({ a: elements, b: [...elements, { x: 1, y: 2 }], c: ['once'] }), false);
    assert.equal(matches({ a: elements, b: [...elements, { x: 1, y: 2 }], c: ['never'] }), true);
  });

  it('looks for a missing field in every element of a large array', () => {
    const { matches } = compilePattern('{"l":{"a":[{"exists":true}],"b":[{"exists":false}]}}');
    const full = Array.from({ length: 50_000 }, () => ({ a: 1, b: 1 }));
    assert.equal(matches({ l: full }), false);
    assert.equal(matches({ l: [...full, { a: 1 }] }), true);
  });

  it('does not fall over arrays nested a hundred thousand deep', () => {
    let value: unknown = [1];
    for (let level = 0; level < 100_000; level += 1) value = [value];
    const { matches } = compilePattern('{"a":[1],"b":[{"exists":false}]}');
    assert.equal(matches({ a: value }), false);
    assert.equal(matches({ a: [value, 1] }), true);
  });

  it('compiles a path of thousands of names', () => {
    const path = Array<string>(5000).fill('a').join('.');
    const { matches } = compilePattern(`{"${path}":[1]}`);
    assert.equal(matches({ [path]: 1 }), true);
    assert.equal(matches({ a: { a: { a: 1 } } }), false);
  });

  it('refuses conditions that multiply beyond a thousand', () => {
    const or = '"$or":[{"a":[1]},{"b":[1]},{"c":[1]}]';
    const product = (times: number): string => `{${Array<string>(times).fill(or).join()}}`;
    assert.equal(compilePattern(product(6)).matches({ a: 1 }), true);
    assert.throws(() => compilePattern(product(50)), PatternError);
  });

  it('refuses nesting beyond a thousand levels', () => {
    assert.throws(() => compilePattern(`${'{"a":'.repeat(5000)}[1]${'}'.repeat(5000)}`), {
      message: /^Document nesting depth \(1001\) exceeds/,
    });
  });

  it('sees only what the event itself has', () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length']) {
      const there = compilePattern(`{"${name}":[{"exists":true}]}`);
      const absent = compilePattern(`{"${name}":[{"exists":false}]}`);
      const inside = compilePattern(`{"${name}":{"name":[{"exists":true}]}}`);
      assert.equal(there.matches({}), false, name);
      assert.equal(absent.matches({}), true, name);
      assert.equal(inside.matches({}), false, name);
      const event: unknown = JSON.parse(`{"${name}":{"name":"x"}}`);
      assert.equal(inside.matches(event), true, name);
      assert.equal(there.matches(JSON.parse(`{"${name}":"x"}`)), true, name);
    }
  });

  it('matches nothing but objects', () => {
    const { matches } = compilePattern('{"length":[{"exists":false}]}');
    for (const event of [undefined, null, 1, 'text', [], [{}]]) assert.equal(matches(event), false);
    assert.equal(matches({}), true);
  });
});

describe('patterns for pipes', () => {
  const refused = [
    '{"wildcard":"a*"}',
    '{"anything-but":{"prefix":"a"}}',
    '{"anything-but":{"suffix":"a"}}',
    '{"anything-but":{"equals-ignore-case":"a"}}',
    '{"anything-but":{"wildcard":"a*"}}',
  ];
  for (const matcher of refused) {
    it(`refuses ${matcher} when only the operators of pipes are allowed`, () => {
      const pattern = `{"a":[${matcher}]}`;
      assert.throws(() => compilePattern(pattern, { operators: 'pipes' }), PatternError);
      assert.doesNotThrow(() => compilePattern(pattern));
    });
  }

  it('takes the other operators', () => {
    const pattern =
      '{"a":["x",{"prefix":"a"},{"suffix":"a"},{"anything-but":["a"]},{"numeric":["<",1]},{"exists":true}]}';
    assert.doesNotThrow(() => compilePattern(pattern, { operators: 'pipes' }));
  });
});

describe('where a pattern is wrong', () => {
  it('is given in the words of AWS', () => {
    assert.throws(
      () => compilePattern('{"a":"x"}'),
      (error) => {
        assert.ok(error instanceof PatternError);
        assert.equal(
          error.message + error.sourceLocation,
          '"a" must be an object or an array\n at [Source: (String)"{"a":"x"}"; line: 1, column: 7]',
        );
        return true;
      },
    );
  });

  it('is given twice for lists in anything-but, as on AWS', () => {
    assert.throws(
      () => compilePattern('{"a":[{"anything-but":["x",null]}]}'),
      (error) => {
        const place =
          '\n at [Source: (String)"{"a":[{"anything-but":["x",null]}]}"; line: 1, column: 32]';
        assert.equal((error as PatternError).sourceLocation, place + place);
        return true;
      },
    );
  });

  it('shows at most 500 characters of the pattern', () => {
    assert.throws(
      () => compilePattern(`{"a":["${'x'.repeat(600)}"],"b":[]}`),
      (error) => {
        assert.match(
          (error as PatternError).sourceLocation,
          /^\n at \[Source: \(String\)"\{"a":\["x{493}"\[truncated 117 chars\]; line: 1, column: 617\]$/,
        );
        return true;
      },
    );
  });
});
