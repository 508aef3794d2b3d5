import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Item } from '../../src/lib/attribute-value.js';
import { nearestName } from '../../src/lib/nearest-name.js';
import { PathWatch } from '../../src/pipes/path-watch.js';
import type { ChangeRecord } from '../../src/streams/index.js';

const TYPING_ERROR = '$.dynamodb.NewImage.last_purchesed_at.S';

function change(
  eventName: ChangeRecord['eventName'] = 'MODIFY',
  image: Item = { name: { S: '田中一郎' }, last_purchased_at: { S: '2026' }, age: { N: '42' } },
): ChangeRecord {
  return {
    eventID: 'e',
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    dynamodb: {
      ApproximateCreationDateTime: 0,
      Keys: { id: { S: '001' } },
      ...(eventName !== 'REMOVE' && { NewImage: image }),
      ...(eventName !== 'INSERT' && { OldImage: image }),
      SequenceNumber: '1',
      SizeBytes: 1,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
    eventSourceARN: 'arn',
  };
}

/** Shows `records` to a watch of `path`, all at once, and what it says ten seconds later. */
function judge(path: string, ...records: ChangeRecord[]): string[] {
  const watch = new PathWatch([path]);
  for (const record of records) watch.observe(record, 0);
  return watch.tick(10_000);
}

const times = (count: number, record: ChangeRecord): ChangeRecord[] =>
  Array.from({ length: count }, () => record);

describe('the watch of template paths', () => {
  it('names the attribute that was probably meant', () => {
    assert.deepEqual(judge(TYPING_ERROR, ...times(128, change())), [
      '`$.dynamodb.NewImage.last_purchesed_at.S` was in 0 of 128 records; ' +
        'did you mean `last_purchased_at`?',
    ]);
  });

  it('keeps the hint of an earlier record when the last ones cannot give it', () => {
    const without = change('MODIFY', { name: { S: '田中一郎' } });
    assert.deepEqual(judge(TYPING_ERROR, change(), ...times(127, without)), [
      '`$.dynamodb.NewImage.last_purchesed_at.S` was in 0 of 128 records; ' +
        'did you mean `last_purchased_at`?',
    ]);
  });

  it('names the type when the attribute has another', () => {
    assert.deepEqual(judge('$.dynamodb.NewImage.age.S', change()), [
      '`$.dynamodb.NewImage.age.S` was in 0 of 1 record; the attribute is of type N',
    ]);
  });

  it('names the view type when the stream carries no such image', () => {
    const record = change();
    delete record.dynamodb.NewImage;
    record.dynamodb.StreamViewType = 'KEYS_ONLY';
    assert.deepEqual(judge('$.dynamodb.NewImage.age.N', record), [
      '`$.dynamodb.NewImage.age.N` was in 0 of 1 record; ' +
        "the stream's view type is KEYS_ONLY, which has no NewImage",
    ]);
  });

  it('guesses nothing when nothing is near', () => {
    assert.deepEqual(judge('$.dynamodb.NewImage.zip.S', change()), [
      '`$.dynamodb.NewImage.zip.S` was in 0 of 1 record',
    ]);
  });

  it('says nothing about a path that one record had', () => {
    const with_ = change('MODIFY', { nick: { S: 'x' } });
    assert.deepEqual(judge('$.dynamodb.NewImage.nick.S', ...times(50, change()), with_), []);
  });

  it('says nothing about the old image of an INSERT or the new one of a REMOVE', () => {
    assert.deepEqual(judge('$.dynamodb.OldImage.name.S', ...times(200, change('INSERT'))), []);
    assert.deepEqual(judge('$.dynamodb.NewImage.name.S', ...times(200, change('REMOVE'))), []);
    assert.deepEqual(judge('$.userIdentity.type', ...times(200, change('REMOVE'))), []);
  });

  const IMAGE_HINTS: [path: string, hint: string][] = [
    ['<freshet.new-image.last_purchesed_at>', '; did you mean `last_purchased_at`?'],
    ['<freshet.keys.Id>', '; did you mean `id`?'],
    ['<freshet.new-image.name.S>', '; images have no types: leave out `S`'],
    ['<freshet.new-image.address.city>', ''],
  ];
  for (const [path, hint] of IMAGE_HINTS)
    it(`knows what is wrong with ${path}`, () => {
      assert.deepEqual(judge(path, change()), [`\`${path}\` was in 0 of 1 record${hint}`]);
    });

  it('names the view type when the stream carries no such image in plain form', () => {
    const keysOnly = change('REMOVE');
    delete keysOnly.dynamodb.OldImage;
    keysOnly.dynamodb.StreamViewType = 'KEYS_ONLY';
    assert.deepEqual(judge('<freshet.old-image>', keysOnly), [
      "`<freshet.old-image>` was in 0 of 1 record; the stream's view type is KEYS_ONLY, which has no OldImage",
    ]);
  });

  it('says nothing about plain images that a record has, or cannot have', () => {
    for (const path of ['<freshet.new-image>', '<freshet.keys.id>', '<freshet.new-image.age>'])
      assert.deepEqual(judge(path, change()), []);
    assert.deepEqual(judge('<freshet.old-image.name>', change('INSERT')), []);
    assert.deepEqual(judge('<freshet.new-image.name>', change('REMOVE')), []);
  });

  it('waits for enough records, or for a quiet time', () => {
    const watch = new PathWatch([TYPING_ERROR]);
    for (let n = 0; n < 10; n += 1) watch.observe(change(), n * 1_000);
    assert.deepEqual(watch.tick(10_000), [], 'ten records, the last a second ago');
    assert.equal(watch.active, true);
    assert.equal(watch.tick(14_000).length, 1);
    assert.deepEqual(watch.tick(20_000), [], 'told once');
    assert.equal(watch.active, false);
  });

  it('takes a warning back when the path occurs after all', () => {
    const watch = new PathWatch(['$.dynamodb.NewImage.nick.S']);
    for (let n = 0; n < 128; n += 1) watch.observe(change(), 0);
    watch.tick(0);
    assert.equal(watch.warnings.size, 1);
    for (let n = 0; n < 64; n += 1) watch.observe(change('MODIFY', { nick: { S: 'x' } }), 0);
    assert.equal(watch.warnings.size, 0);
    assert.equal(watch.watching, false);
  });

  it('costs nothing once every path was seen', () => {
    const watch = new PathWatch(['$.dynamodb.NewImage.name.S', '$.eventName']);
    watch.observe(change(), 0);
    assert.equal(watch.watching, false);
  });
});

describe('the nearest name', () => {
  for (const [name, candidates, nearest] of [
    ['last_purchesed_at', ['name', 'last_purchased_at', 'last_seen_at'], 'last_purchased_at'],
    ['lastName', ['first_name', 'last_name'], 'last_name'],
    ['nmae', ['name', 'age'], 'name'],
    ['Name', ['name'], 'name'],
    ['zip', ['name', 'age'], undefined],
    ['id', [], undefined],
  ] as const)
    it(`of ${name} is ${nearest ?? 'none'}`, () => {
      assert.equal(nearestName(name, candidates), nearest);
    });
});
