import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { parseTemplate, TemplateError, type Template } from '../../src/templates/index.js';
import { deploymentOrder } from '../../src/templates/dependencies.js';
import { readDocument } from '../../src/templates/document.js';
import { cases } from '../support/property.js';

/** Values as a template may hold them: no nulls, no numbers that JavaScript would write differently. */
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.integer(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string({ maxLength: 8 }), tie('value'), { maxKeys: 4 }),
  ),
})).value;

/** Bits of templates, wild. */
const fragment = fc.constantFrom(
  ...[
    'Resources:',
    '  A:',
    '    Type:',
    ' !Sub',
    ' !Ref x',
    '${',
    '}',
    '{',
    '[',
    ']',
    ',',
    ': ',
    '- ',
  ],
  ...[
    '\n',
    '\n  ',
    '"',
    "'",
    '|',
    '>-',
    '&a ',
    '*a',
    '#',
    '\t',
    '---',
    '? ',
    'Fn::If',
    '0x1',
    '<<',
  ],
  ...['Parameters', 'Conditions', '__proto__', 'Ref', 'null', '~', '\u0000', '\ud800', '田'],
);

/** Resources each of which depends on some of those before it, in any order. */
const acyclic = fc.integer({ min: 1, max: 12 }).chain((size) =>
  fc.record({
    edges: fc.array(fc.array(fc.nat({ max: size }), { maxLength: 3 }), {
      minLength: size,
      maxLength: size,
    }),
    order: fc.shuffledSubarray(
      Array.from({ length: size }, (_, index) => index),
      { minLength: size },
    ),
  }),
);

function resourcesOf(dependencies: ReadonlyMap<string, string[]>): Template['resources'] {
  return new Map(
    [...dependencies].map(([name, dependsOn]) => [
      name,
      {
        type: 'AWS::IAM::Role',
        properties: {},
        extensions: undefined,
        dependsOn,
        condition: undefined,
      },
    ]),
  );
}

describe('reading a template', () => {
  it('gives of JSON what JSON.parse gives', () => {
    fc.assert(
      fc.property(value, (written) => {
        const { root } = readDocument(JSON.stringify(written), 'f');
        assert.deepEqual(root, JSON.parse(JSON.stringify(written)));
      }),
      cases(100),
    );
  });

  it('gives of YAML what was written', () => {
    fc.assert(
      fc.property(value, (written) => {
        const { root } = readDocument(stringify(written), 'f');
        assert.deepEqual(root, JSON.parse(JSON.stringify(written)));
      }),
      cases(100),
    );
  });

  it('ends in a template or in a TemplateError, whatever the text', () => {
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 40 }), (fragments) => {
        try {
          parseTemplate(fragments.join(''), 'wild.yaml');
        } catch (error) {
          assert.ok(error instanceof TemplateError, String(error));
          assert.ok(error.message.startsWith('wild.yaml'), error.message);
        }
      }),
      cases(500),
    );
  });
});

describe('the order of resources', () => {
  it('has each after all that it depends on, and all of them once', () => {
    fc.assert(
      fc.property(acyclic, ({ edges, order }) => {
        const dependencies = new Map(
          order.map((index) => [
            `R${String(index)}`,
            (edges[index] ?? [])
              .filter((other) => other < index)
              .map((other) => `R${String(other)}`),
          ]),
        );
        const found = deploymentOrder(resourcesOf(dependencies), new Set(dependencies.keys()));
        assert.deepEqual([...found].sort(), [...dependencies.keys()].sort());
        for (const [name, others] of dependencies)
          for (const other of others) assert.ok(found.indexOf(other) < found.indexOf(name));
      }),
      cases(100),
    );
  });

  it("is the template's own where nothing depends on anything", () => {
    const names = ['C', 'A', 'B'];
    const resources = resourcesOf(new Map(names.map((name) => [name, []])));
    assert.deepEqual(deploymentOrder(resources, new Set(names)), names);
  });
});
