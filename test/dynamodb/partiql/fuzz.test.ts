import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isAwsError } from '../../../src/lib/aws-error.js';
import { bindStatement, parseStatement } from '../../../src/dynamodb/partiql/index.js';
import type { AttributeValue } from '../../../src/lib/attribute-value.js';
import { cases } from '../../support/property.js';

const PARAMETERS: AttributeValue[] = [{ S: 'x' }, { N: '1' }, { BOOL: true }, { SS: ['x'] }];

/** Parses and binds; anything but a statement or a ValidationException is a fault. */
function assertHandled(text: string): void {
  try {
    bindStatement(parseStatement(text), PARAMETERS);
  } catch (error) {
    assert.ok(isAwsError(error, 'ValidationException'), `${text}: ${String(error)}`);
  }
}

const WORDS = (
  'SELECT FROM WHERE INSERT INTO VALUE VALUES UPDATE SET REMOVE DELETE RETURNING ALL OLD NEW MODIFIED AND OR ' +
  'NOT IN IS BETWEEN LIKE ESCAPE MISSING NULL TRUE FALSE ORDER BY ASC DESC LIMIT GROUP HAVING DISTINCT EXISTS AS ' +
  'AT JOIN ON CROSS COUNT SIZE BOOL STRING DOUBLE PRECISION attribute_exists attribute_type begins_with contains ' +
  "list_append if_not_exists set_add set_delete a b tbl \"tbl\" \"\" 'x' 'it''s' 1 -1 1e5 .5 1e200 ? * ( ) [ ] { } << >> " +
  ', . : ; = <> < <= > >= != + - / % || @ `x` -- /* */ # ~ \n'
).split(/ +/);

describe('any text at all', () => {
  it('is a statement or a ValidationException', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => assertHandled(text)),
      cases(1500),
    );
  });

  it('made of the words of the grammar, too', () => {
    const text = fc
      .array(fc.constantFrom(...WORDS), { maxLength: 40 })
      .map((words) => words.join(' '));
    const beginning = fc.constantFrom(
      '',
      'SELECT * FROM tbl WHERE ',
      'UPDATE tbl SET ',
      'INSERT INTO tbl VALUE ',
      'DELETE FROM tbl WHERE a = 1 AND ',
      'FROM tbl WHERE a = 1 ',
    );
    fc.assert(
      fc.property(beginning, text, (head, tail) => assertHandled(head + tail)),
      cases(4000),
    );
  });

  it('or nested and chained as deeply as a statement can be long', () => {
    const MAX = 8192;
    for (const unit of [
      '(',
      '[',
      '{',
      '<<',
      '- ',
      'not ',
      'a.',
      'a[',
      '1+',
      '1=',
      'a or ',
      'a and ',
      'a=1 or ',
      'a is null is ',
      'f(',
      "{'a':",
      'select * from ',
      'exists(select * from ',
      'a in (',
      'a between ',
    ])
      for (const head of ['', 'SELECT * FROM tbl WHERE ', 'UPDATE tbl SET a = '])
        for (const tail of ['', 'a', '1', 'a = 1'])
          assertHandled(head + unit.repeat((MAX - head.length) / unit.length) + tail);
  });
});
