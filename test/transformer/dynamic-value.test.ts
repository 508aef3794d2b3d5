import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  compileDynamicValue,
  parseEvent,
  RawEvent,
  TemplateError,
} from '../../src/transformer/index.js';

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
    'freshet.keys.id',
    '<freshet>',
    '$.s $.n',
  ]) {
    it(`take ${JSON.stringify(constant)} as a constant`, () => {
      const value = compileDynamicValue(constant);
      assert.equal(value.path, undefined);
      assert.equal(value.resolve(event), constant);
    });
  }

  const record = {
    dynamodb: { Keys: { id: { N: '1.10' } }, NewImage: { m: { M: { a: { SS: ['x', 'y'] } } } } },
  };
  const images: [value: string, text: string | undefined][] = [
    ['<freshet.keys.id>', '1.10'],
    ['<freshet.keys>', '{"id":1.10}'],
    ['<freshet.new-image.m.a[1]>', 'y'],
    ['<freshet.new-image.m.a[*]>', '["x","y"]'],
    ['<freshet.old-image.m>', undefined],
  ];
  for (const [value, text] of images) {
    it(`resolve ${value} to ${text ?? 'nothing'}, whatever the event has become`, () => {
      const compiled = compileDynamicValue(value);
      assert.equal(compiled.path, value);
      assert.equal(compiled.resolve(new RawEvent('not JSON'), record), text);
    });
  }

  it('refuse images that do not exist', () => {
    assert.throws(
      () => compileDynamicValue('<freshet.key.id>'),
      new TemplateError(
        'Unknown variable <freshet.key.id>; known are <freshet.new-image>, <freshet.old-image>, <freshet.keys>',
      ),
    );
  });

  it('refuse an image with text around it, which would be sent as it is', () => {
    assert.throws(
      () => compileDynamicValue('user:<freshet.keys.id>'),
      new TemplateError(
        '<freshet.keys.id> must be the whole value, as a path must: remove what stands around it',
      ),
    );
  });

  it('resolve $ to the whole event', () => {
    assert.equal(compileDynamicValue('$').resolve({ a: 1 }), '{"a":1}');
  });
});
