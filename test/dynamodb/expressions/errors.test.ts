import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AwsError } from '../../../src/lib/aws-error.js';
import {
  ExpressionAttributes,
  parseCondition,
  parseKeyPredicates,
  parseProjection,
  parseUpdate,
  type ExpressionKind,
} from '../../../src/dynamodb/expressions/index.js';
import type { Wording } from '../../../src/dynamodb/values/index.js';
import { attributesOf, type Expression } from './support.js';
import vectors from '../../vectors/dynamodb/expression-errors.json' with { type: 'json' };
import { cases } from '../../support/property.js';

interface Refusal extends Expression {
  kind: ExpressionKind;
  error: string;
}

interface WrongAttributes {
  what: string;
  names?: unknown;
  values?: unknown;
  wording?: Wording;
  error: string;
}

function parse(kind: ExpressionKind, text: string, attributes: ExpressionAttributes): unknown {
  switch (kind) {
    case 'UpdateExpression':
      return parseUpdate(text, attributes);
    case 'ProjectionExpression':
      return parseProjection(text, attributes);
    case 'KeyConditionExpression':
      return parseKeyPredicates(text, attributes);
    default:
      return parseCondition(text, kind, attributes);
  }
}

describe('an expression', () => {
  for (const row of vectors.expressions as unknown as Refusal[])
    it(`is refused: ${row.kind} ${row.expression.slice(0, 60)}`, () => {
      assert.throws(() => parse(row.kind, row.expression, attributesOf(row)), {
        name: 'ValidationException',
        message: `Invalid ${row.kind}: ${row.error}`,
      });
    });

  it('has up to 4,096 bytes', () => {
    const ofBytes = (bytes: number): string => `${'a'.repeat(bytes - 4)} = b`;
    assert.ok(parse('FilterExpression', ofBytes(4096), attributesOf({})));
    const message = 'Expression size has exceeded the maximum allowed size;';
    refuses('FilterExpression', ofBytes(4097), `${message} expression size: 4097`);
    refuses('UpdateExpression', `REMOVE ${'a'.repeat(4090)}`, message);
    refuses('ConditionExpression', 'ä'.repeat(2500), `${message} expression size: 5000`);
    refuses('ProjectionExpression', 'a'.repeat(4097), message);
    refuses('KeyConditionExpression', ofBytes(4097), message);
  });

  it('has up to 300 operators and functions', () => {
    const chain = (count: number): string => Array<string>(count).fill('a = :v').join(' OR ');
    const attributes = attributesOf({ values: { ':v': { S: '' } } });
    assert.ok(parse('FilterExpression', chain(150), attributes));
    refuses(
      'FilterExpression',
      chain(151),
      'The expression contains too many operators; operator count: 301',
    );
    const nots = `${'NOT '.repeat(300)}a = :v`;
    refuses(
      'FilterExpression',
      nots,
      'The expression contains too many operators; operator count: 301',
    );
  });

  it('lists up to 100 values behind IN', () => {
    const list = (count: number): string => `a IN (${Array<string>(count).fill(':v').join(', ')})`;
    const attributes = attributesOf({ values: { ':v': { S: '' } } });
    assert.ok(parse('FilterExpression', list(100), attributes));
    assert.throws(() => parse('FilterExpression', list(101), attributes), {
      message:
        'Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101',
    });
  });

  it('nests as deep as it may without exhausting the stack', () => {
    refuses(
      'ConditionExpression',
      `${'('.repeat(4000)}a`,
      'The expression has redundant parentheses;',
    );
    refuses(
      'ConditionExpression',
      `a = ${'f('.repeat(2000)}`,
      'Syntax error; token: "<EOF>", near: "("',
    );
    const deep = `${'NOT ('.repeat(299)}a = b${')'.repeat(299)}`;
    assert.ok(parse('ConditionExpression', deep, attributesOf({})));
  });

  it('of any text is parsed or refused', () => {
    const kinds = fc.constantFrom<ExpressionKind>(
      'ConditionExpression',
      'FilterExpression',
      'UpdateExpression',
      'KeyConditionExpression',
      'ProjectionExpression',
    );
    const word = fc.constantFrom(
      ...'a b.c #n :s :n size contains begins_with attribute_exists attribute_type if_not_exists list_append'.split(
        ' ',
      ),
      ...'SET REMOVE ADD DELETE AND OR NOT BETWEEN IN = <> < <= > >= ( ) [ ] , . + - 0 12 _ !'.split(
        ' ',
      ),
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(word, { maxLength: 20 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(kinds, text, (kind, expression) => {
        const attributes = attributesOf({
          names: { '#n': 'name' },
          values: { ':s': { S: 'S' }, ':n': { N: '1' } },
        });
        try {
          parse(kind, expression, attributes);
        } catch (error) {
          assert.ok(error instanceof AwsError, String(error));
        }
      }),
      cases(2000),
    );
  });
});

describe('names and values', () => {
  for (const row of vectors.attributes as unknown as WrongAttributes[])
    it(`are refused: ${row.what}`, () => {
      assert.throws(() => new ExpressionAttributes(row.names, row.values, row.wording), {
        name: 'ValidationException',
        message: row.error,
      });
    });

  it('must all be used, by any of the expressions', () => {
    const attributes = attributesOf({
      names: { '#a': 'a', '#b': 'b' },
      values: { ':a': { S: '' }, ':b': { S: '' } },
    });
    parse('ConditionExpression', '#a = :a', attributes);
    const unused = (parameter: string, key: string): { message: string } => ({
      message: `Value provided in ${parameter} unused in expressions: keys: {${key}}`,
    });
    assert.throws(() => attributes.assertAllUsed(), unused('ExpressionAttributeNames', '#b'));
    parse('ProjectionExpression', '#b', attributes);
    assert.throws(() => attributes.assertAllUsed(), unused('ExpressionAttributeValues', ':b'));
    parse('FilterExpression', 'c = :b', attributes);
    attributes.assertAllUsed();
  });

  it('have up to 2 MB together', () => {
    const values = { ':a': { S: 'x'.repeat(1_100_000) }, ':b': { S: 'x'.repeat(1_100_000) } };
    assert.throws(() => new ExpressionAttributes(undefined, values), {
      message: 'ExpressionAttributeValues exceeds max size',
    });
  });
});

function refuses(kind: ExpressionKind, text: string, message: string): void {
  const attributes = attributesOf({ values: { ':v': { S: '' } } });
  assert.throws(() => parse(kind, text, attributes), { message: `Invalid ${kind}: ${message}` });
}
