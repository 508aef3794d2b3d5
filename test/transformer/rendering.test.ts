import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  RawEvent,
  RenderError,
  TemplateError,
  compileTemplate,
  parseEvent,
} from '../../src/transformer/index.js';
import { jsonFault } from '../../src/transformer/json-fault.js';
import { cases } from '../support/property.js';

const VARIABLES = {
  pipeArn: 'arn:aws:pipes:us-east-1:111111111111:pipe/p1',
  pipeName: 'p1',
  sourceArn: 'arn:source',
  enrichmentArn: 'arn:enrichment',
  targetArn: 'arn:target',
  ingestionTime: '2025-01-01T00:00:00.000Z',
};

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('"', '\\', '\n', '\u2028', '\ud800', '田', '🎉', '{', '}', 'a'),
  }),
);
const scalar = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
);
const anything = fc.oneof(text, fc.jsonValue());

/** A JSON document in which some strings and values are placeholders for `$.s` (a scalar) or `$.v` (anything). */
const document = fc.letrec<{ value: string; document: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom(
      '<$.s>',
      '<$.v>',
      '<$.none>',
      '<aws.pipes.event>',
      '"<$.s>"',
      '" a <$.s>b\\n<$.s>"',
      '1',
      '"x"',
    ),
    tie('document'),
    // A document in a string of the document.
    tie('document').map((inner) => JSON.stringify(inner)),
  ),
  document: fc.oneof(
    fc
      .array(fc.tuple(fc.constantFrom('"k"', '"<$.s>"', '<$.s>'), tie('value')), {
        minLength: 1,
        maxLength: 3,
      })
      .map((members) => `{ ${members.map(([name, value]) => `${name} : ${value}`).join(' , ')} }`),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => `["e",${values.join(', ') || '1'}]`),
  ),
})).document;

describe('rendered JSON templates', () => {
  it('parse, whatever the data', () => {
    fc.assert(
      fc.property(document, scalar, anything, (template, s, v) => {
        const compiled = compileTemplate(template);
        assert.equal(compiled.problem, undefined);
        const output = compiled.render({ s, v }, VARIABLES);
        assert.doesNotThrow(() => void JSON.parse(output), output);
      }),
      cases(2000),
    );
  });

  it('parse in strict mode too, or are refused', () => {
    fc.assert(
      fc.property(document, scalar, anything, (template, s, v) => {
        const compiled = compileTemplate(template, { strict: true });
        let output: string;
        try {
          output = compiled.render({ s, v }, VARIABLES);
        } catch (error) {
          assert.ok(error instanceof RenderError);
          return;
        }
        assert.doesNotThrow(() => void JSON.parse(output), output);
      }),
      cases(1000),
    );
  });

  it('are the same in strict mode where no value needs an escape', () => {
    const plain = fc.oneof(fc.stringMatching(/^[\w .:/é田🎉-]*$/u), fc.integer(), fc.boolean());
    fc.assert(
      fc.property(plain, fc.integer({ min: 0, max: 4 }), (s, levels) => {
        let template = '{"a":"<$.s>","b":["x <$.s>\\n<$.s>"]}';
        for (let level = 0; level < levels; level += 1) template = JSON.stringify({ in: template });
        assert.equal(
          compileTemplate(template, { strict: true }).render({ s }, VARIABLES),
          compileTemplate(template).render({ s }, VARIABLES),
        );
      }),
      cases(300),
    );
  });

  it('parse on every level of strings in strings', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 4 }), fc.boolean(), (s, levels, quoted) => {
        let template = quoted ? '{"a":"<$.s>"}' : '{"a":<$.s>}';
        for (let level = 0; level < levels; level += 1) template = JSON.stringify({ in: template });
        let value = JSON.parse(compileTemplate(template).render({ s }, VARIABLES)) as {
          in: string;
        };
        for (let level = 0; level < levels; level += 1) {
          value = JSON.parse(value.in) as { in: string };
        }
        // Where JSON in a string wants a value, text that is JSON counts as that, as on AWS.
        if (quoted || levels === 0) assert.deepEqual(value, { a: s });
        else assert.ok('a' in value);
      }),
      cases(300),
    );
  });

  it('hold the value of a string in quotes, as a whole template too', () => {
    fc.assert(
      fc.property(text, (s) => {
        const render = (template: string): unknown =>
          JSON.parse(compileTemplate(template).render({ s }, VARIABLES));
        assert.equal(render('"<$.s>"'), s);
        assert.equal(render('<$.s>'), s);
        assert.equal(render(' "a <$.s> b"'), `a ${s} b`);
        assert.deepEqual(JSON.parse(render('"{\\"s\\":\\"<$.s>\\"}"') as string), { s });
      }),
      cases(300),
    );
  });

  it('pass the event on unchanged', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (event) => {
        assert.equal(
          compileTemplate('<aws.pipes.event>').render(event, VARIABLES),
          JSON.stringify(event),
        );
      }),
      cases(300),
    );
  });
});

describe('templates without placeholders', () => {
  it('render as they are', () => {
    const constant = fc.oneof(
      text.filter((value) => !/^\s*[{[]/.test(value)),
      fc.json(),
      fc.jsonValue().map((value) => JSON.stringify(value, null, 2)),
    );
    fc.assert(
      fc.property(constant, (template) => {
        fc.pre(!/<(\$|aws\.pipes)/.test(template));
        assert.equal(compileTemplate(template).render({}, VARIABLES), template);
      }),
      cases(300),
    );
  });
});

describe('events that are not JSON', () => {
  it('are whole in <aws.pipes.event> and missing elsewhere', () => {
    const event = new RawEvent('say "hi"');
    const render = (template: string): string => compileTemplate(template).render(event, VARIABLES);
    assert.equal(render('{"e":<aws.pipes.event>}'), '{"e":"say \\"hi\\""}');
    assert.equal(render('{"e":"<aws.pipes.event>"}'), '{"e":"say \\"hi\\""}');
    assert.equal(render('{"e":<aws.pipes.event.json>}'), '{"e":""}');
    assert.equal(render('{"e":<$>,"t":<$.text>}'), '{"e":"","t":""}');
  });
});

describe('deep events', () => {
  it('are written without using up the stack', () => {
    const deep = `${'['.repeat(20_000)}1${']'.repeat(20_000)}`;
    const template = compileTemplate('{"deep":<$.d>}');
    assert.equal(template.render(parseEvent(`{"d":${deep}}`), VARIABLES), `{"deep":${deep}}`);
  });
});

describe('what a template reads', () => {
  const template = compileTemplate(
    '{"a":<$.a>,"b":["<$.b.c[0]>",<$.a>],"n":<aws.pipes.pipe-name>,"in":"{\\"d\\":\\"<$.d>\\"}"}',
  );

  it('is told path by path, each once', () => {
    assert.deepEqual(template.paths, ['$.a', '$.b.c[0]', '$.d']);
  });

  it('is compared with what an event has', () => {
    assert.deepEqual(template.missingPaths({ a: 1, b: { c: ['x'] }, d: '' }), []);
    assert.deepEqual(template.missingPaths({ a: null, b: { c: [] } }), ['$.b.c[0]', '$.d']);
    assert.deepEqual(template.missingPaths('text'), ['$.a', '$.b.c[0]', '$.d']);
  });
});

describe('templates that cannot work', () => {
  it('are refused when they name an unknown variable', () => {
    assert.throws(
      () => compileTemplate('{"a":1,"b":<aws.pipes.pipe-nam>}'),
      (error) => {
        assert.ok(error instanceof TemplateError);
        assert.equal(error.position, 12);
        assert.match(
          error.message,
          /^Unknown variable <aws\.pipes\.pipe-nam> at character 12; known/,
        );
        return true;
      },
    );
  });

  it('are refused beyond 8,192 characters', () => {
    assert.doesNotThrow(() => compileTemplate('x'.repeat(8192)));
    assert.throws(() => compileTemplate('x'.repeat(8193)), TemplateError);
  });

  it('say where they are not JSON', () => {
    const { problem, render } = compileTemplate('{"first": <$.dynamodb.NewImage.a.S>, "b" <$.b>}');
    assert.equal(
      problem,
      'The template is not valid JSON at character 42, near "e.a.S>, \\"b\\" <$.b>}"',
    );
    assert.throws(() => render({}, VARIABLES), new RenderError(problem));
  });

  it('have a fault exactly where JSON.parse sees one', () => {
    const broken = fc
      .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '}', ']', '"', ':', '1', 'x', ' ', '\\'))
      .map(([json, at, extra]) => {
        const place = at % (json.length + 1);
        return json.slice(0, place) + extra + json.slice(place + (at % 2));
      });
    fc.assert(
      fc.property(fc.oneof(fc.json(), broken), (text) => {
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        assert.equal(jsonFault(text) === undefined, valid, text);
      }),
      cases(300),
    );
    assert.equal(jsonFault('{ "a" : }'), 8);
    assert.equal(jsonFault('{"a":1,}'), 7);
    assert.equal(jsonFault('[1 2]'), 3);
    assert.equal(jsonFault('{"a":"x\ny"}'), 5);
    assert.equal(jsonFault('[1'), 2);
  });

  it('say that they end too early', () => {
    const { problem } = compileTemplate('{"a": <$.a>');
    assert.equal(problem, 'The template is not valid JSON: it ends too early');
  });
});

describe('records that a template does not fit', () => {
  it('are refused with the placeholder and without their data', () => {
    const { render } = compileTemplate('{"a":"<$.secret>"}');
    assert.throws(
      () => render({ secret: { value: 'hunter2' } }, VARIABLES),
      (error) => {
        assert.ok(error instanceof RenderError);
        assert.match(error.message, /^<\$\.secret> at character 7 of the template is an object/);
        assert.doesNotMatch(error.message, /hunter2/);
        return true;
      },
    );
  });
});
