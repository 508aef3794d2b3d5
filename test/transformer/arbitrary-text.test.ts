import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  RawEvent,
  RenderError,
  TemplateError,
  compileDynamicValue,
  compileTemplate,
} from '../../src/transformer/index.js';
import { cases } from '../support/property.js';

const VARIABLES = {
  pipeArn: 'arn:pipe',
  pipeName: 'p1',
  sourceArn: 'arn:source',
  targetArn: 'arn:target',
  ingestionTime: '2025-01-01T00:00:00.000Z',
};

const PIECES = [
  ...Array.from('{}[]<>:,"\\$.*/ \n\u0000é🎉\ud800'),
  '<$.s>',
  '<$.v.a[0]>',
  '<$.v[*].a>',
  '<$>',
  '<$.__proto__>',
  '<aws.pipes.event>',
  '<aws.pipes.pipe-name>',
  '<aws.pipes.',
  '"<$.s>"',
  '{"a":',
  '\\"',
  '\\\\',
  '1',
  'null',
];
const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 30 }),
  fc.string({ unit: 'binary' }),
);
const event = fc.oneof(
  fc.record({ s: fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue()), v: fc.jsonValue() }),
  fc.jsonValue(),
  fc.string().map((raw) => new RawEvent(raw)),
);

describe('any text as a template', () => {
  for (const strict of [false, true]) {
    it(`is refused, renders or fails as it should${strict ? ', in strict mode too' : ''}`, () => {
      fc.assert(
        fc.property(text, event, (template, record) => {
          let compiled;
          try {
            compiled = compileTemplate(template, { strict });
          } catch (error) {
            if (!(error instanceof TemplateError)) throw error;
            assert.match(template.slice(error.position! - 1), /^<aws\.pipes\./);
            return;
          }
          compiled.missingPaths(record);
          try {
            const output = compiled.render(record, VARIABLES);
            if (/^\s*[{[]/.test(template)) JSON.parse(output);
          } catch (error) {
            if (!(error instanceof RenderError)) throw error;
            if (compiled.problem !== undefined) assert.equal(error.message, compiled.problem);
          }
        }),
        cases(3000),
      );
    });
  }

  it('resolves as a value of HttpParameters', () => {
    fc.assert(
      fc.property(text, event, (value, record) => {
        const { path, resolve } = compileDynamicValue(value);
        const resolved = resolve(record);
        if (path === undefined) assert.equal(resolved, value);
        else assert.ok(resolved === undefined || typeof resolved === 'string');
      }),
      cases(1000),
    );
  });
});
