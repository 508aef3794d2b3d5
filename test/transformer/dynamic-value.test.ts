import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compileDynamicValue, parseEvent } from '../../src/transformer/index.js';

const event = parseEvent(
  '{"s":"text","n":1.50,"big":9007199254740993,"t":true,"z":null,"o":{"a":[1,"x"]},"e":"","l":[{"S":"a"},{"S":"b"}]}',
);

describe('values of HttpParameters', () => {
  const paths: [path: string, text: string | undefined][] = [
    ['$.s', 'text'],
    ['$.n', '1.50'],
    ['$.big', '9007199254740993'],
    ['$.t', 'true'],
    ['$.z', 'null'],
    ['$.e', ''],
    ['$.o', '{"a":[1,"x"]}'],
    ['$.o.a[1]', 'x'],
    ['$.o.a.0', '1'],
    ['$.l[*].S', '["a","b"]'],
    ['$.none', undefined],
    ['$.s.none', undefined],
    ['$.o.a[7]', undefined],
  ];
  for (const [path, text] of paths) {
    it(`resolve ${path} to ${text ?? 'nothing'}`, () => {
      const value = compileDynamicValue(path);
      assert.equal(value.path, path);
      assert.equal(value.resolve(event), text);
    });
  }

  for (const constant of [
    'text',
    '',
    ' $.s',
    '$.s ',
    'a$.s',
    '$s',
    '$.s!',
    "$['s']",
    '<$.s>',
    '$.s $.n',
  ]) {
    it(`take ${JSON.stringify(constant)} as a constant`, () => {
      const value = compileDynamicValue(constant);
      assert.equal(value.path, undefined);
      assert.equal(value.resolve(event), constant);
    });
  }

  it('resolve $ to the whole event', () => {
    assert.equal(compileDynamicValue('$').resolve({ a: 1 }), '{"a":1}');
  });
});
