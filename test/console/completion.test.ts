import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  completePattern,
  completeTemplate,
  type Completion,
} from '../../console/src/pages/pipes/editor/completion.js';
import { imagesOf, pathsOf } from '../../console/src/pages/pipes/editor/known-values.js';

const RECORD = {
  eventName: 'INSERT',
  dynamodb: {
    Keys: { id: { S: '001' } },
    NewImage: { id: { S: '001' }, tags: { L: [{ S: 'a' }] }, 'odd name': { S: 'x' } },
  },
};
const OTHER = { eventName: 'MODIFY', dynamodb: { NewImage: { age: { N: '42' } } } };

/** The text with `|` at the caret, and with what is chosen put in. */
function taken(
  text: string,
  label: string,
  complete: (text: string, caret: number) => Completion | undefined,
): string {
  const caret = text.indexOf('|');
  const plain = text.replace('|', '');
  const found = complete(plain, caret);
  const option = found?.options.find((one) => one.label === label);
  assert.ok(found && option, `${label} is offered at ${text}`);
  const end = found.from + (option.caret ?? option.insert.length);
  const whole = plain.slice(0, found.from) + option.insert + plain.slice(found.to);
  return `${whole.slice(0, end)}|${whole.slice(end)}`;
}

describe('what an input template is completed with', () => {
  const known = [...pathsOf([RECORD, OTHER]), ...imagesOf([RECORD])];
  const template = (text: string, caret: number): Completion | undefined =>
    completeTemplate(text, caret, known);
  const labels = (text: string): string[] =>
    (template(text, text.length)?.options ?? []).map(({ label }) => label);

  it('is the paths of all records, values first, and plain images', () => {
    assert.deepEqual(labels('"<$.dynamodb.NewImage'), [
      '$.dynamodb.NewImage.id.S',
      '$.dynamodb.NewImage.tags.L[0].S',
      '$.dynamodb.NewImage.age.N',
      '$.dynamodb.NewImage.id',
      '$.dynamodb.NewImage.tags',
      '$.dynamodb.NewImage.tags.L',
      '$.dynamodb.NewImage.tags.L[0]',
      '$.dynamodb.NewImage.age',
      '$.dynamodb.NewImage',
    ]);
    assert.deepEqual(labels('<freshet.keys'), ['freshet.keys', 'freshet.keys.id']);
    assert.equal(labels('<age')[0], '$.dynamodb.NewImage.age.N');
  });

  it('takes the place of the placeholder that is begun, to its end', () => {
    const path = '$.dynamodb.Keys.id.S';
    assert.equal(taken('{"a": <$.dyn|', path, template), `{"a": <${path}>|`);
    assert.equal(taken('{"a": <$.dyn|amodb.Ke>, 1', path, template), `{"a": <${path}>|, 1`);
    assert.equal(labels('{"a": <$.a> ').length, 0);
  });
});

describe('what a filter pattern is completed with', () => {
  const pattern = (text: string, caret: number): Completion | undefined =>
    completePattern(text, caret, [RECORD, OTHER]);

  it('is the names of members where the caret stands', () => {
    assert.equal(taken('{"even|', 'eventName', pattern), '{"eventName": ["|"]');
    assert.equal(taken('{"|"}', 'dynamodb', pattern), '{"dynamodb": {"|"}}');
    assert.equal(
      taken('{"dynamodb": {"NewImage": {"|"', 'age', pattern),
      '{"dynamodb": {"NewImage": {"age": {"|"}',
    );
    assert.equal(taken('{"eve|": ["INSERT"]}', 'eventName', pattern), '{"eventName"|: ["INSERT"]}');
  });

  it('is values of the records, and what can be asked of one', () => {
    const text = '{"dynamodb": {"NewImage": {"id": {"S": ["|"]}}}}';
    assert.equal(taken(text, '001', pattern), text.replace('"|"', '"001"|'));
    assert.equal(taken(text, 'prefix', pattern), text.replace('"|"', '{"prefix": "|"}'));
    assert.equal(taken('{"eventName": ["R|', 'REMOVE', pattern), '{"eventName": ["REMOVE"|');
  });

  it('is nothing where nothing can be named', () => {
    for (const text of ['', '{"eventName": "', '{"eventName": [{"prefix": "']) {
      assert.equal(pattern(text, text.length), undefined, text);
    }
  });

  it('finds its way through a list of patterns', () => {
    assert.equal(taken('{"$or": [{"even|', 'eventName', pattern), '{"$or": [{"eventName": ["|"]');
  });
});
