import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mergeBody, planBody } from '../../src/destinations/body.js';
import { encodeComponent, fillPath, parseEndpoint } from '../../src/destinations/endpoint.js';
import { mergeHeaders, planHeaders } from '../../src/destinations/headers.js';
import type { Header } from '../../src/destinations/headers.js';
import { mergeQuery, planQuery } from '../../src/destinations/query.js';
import bodies from '../vectors/destinations/bodies.json' with { type: 'json' };
import headers from '../vectors/destinations/headers.json' with { type: 'json' };
import paths from '../vectors/destinations/paths.json' with { type: 'json' };
import queries from '../vectors/destinations/queries.json' with { type: 'json' };
import { cases } from '../support/property.js';

describe('the path of a request', () => {
  for (const { name, endpoint, values, path } of paths)
    it(name, () => assert.equal(fillPath(parseEndpoint(endpoint)!, values) ?? null, path));

  it('holds any value as one segment that decodes to the value', () => {
    const endpoint = parseEndpoint('https://api.example.com/a/*/b')!;
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        fc.pre(value !== '.' && value !== '..');
        const [, a, segment, b, ...more] = fillPath(endpoint, [value])!.split('/');
        assert.deepEqual([a, decodeURIComponent(segment!), b, more], ['a', value, 'b', []]);
      }),
      cases(100),
    );
  });

  it('holds only characters that may stand in a request line, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        assert.match(encodeComponent(value), /^[!-~]*$/);
      }),
      cases(100),
    );
  });
});

describe('an endpoint', () => {
  it('is an http or https URL without credentials', () => {
    assert.equal(parseEndpoint('ftp://example.com/'), undefined);
    assert.equal(parseEndpoint('example.com'), undefined);
    assert.equal(parseEndpoint('https://user:secret@example.com/'), undefined);
    assert.equal(
      parseEndpoint('https://example.com:8443/a?b=1#c')?.origin,
      'https://example.com:8443',
    );
    assert.equal(parseEndpoint('https://example.com/a?b=1#c')?.query, 'b=1');
  });
});

describe('the query of a request', () => {
  for (const { name, endpoint, target, connection, query, masked } of queries)
    it(name, () => {
      const parameters = connection.map(([key, value, secret]) => ({
        key: String(key),
        value: String(value),
        secret: secret === true,
      }));
      const plan = planQuery(endpoint, parameters);
      assert.equal(mergeQuery(plan, target as Record<string, string>), query);
      assert.equal(mergeQuery(plan, target as Record<string, string>, true), masked ?? query);
    });
});

describe('the headers of a request', () => {
  const always = new Set(['User-Agent', 'Range', 'Accept-Encoding']);
  const sent = (list: readonly string[]): Record<string, string> =>
    Object.fromEntries(
      list.flatMap((name, i) => (i % 2 === 0 ? [[name, list[i + 1]!] as const] : [])),
    );

  for (const vector of headers)
    it(vector.name, () => {
      const plan = planHeaders(vector.connection as Header[], vector.authorization as Header[]);
      const target = vector.target as Record<string, string>;
      const merged = typeof plan === 'string' ? plan : mergeHeaders(plan, target, vector.hasBody);
      if (typeof merged === 'string') {
        assert.ok(vector.problem !== undefined && merged.includes(vector.problem), merged);
        assert.match(merged, /; correct/);
        assert.doesNotMatch(merged, /[\r\n]/);
        return;
      }
      const found = sent(merged);
      for (const name of always) assert.ok(found[name], `${name} is always sent`);
      const { 'Content-Type': type, ...rest } = found;
      const own = Object.entries(rest).filter(([name]) => !always.has(name));
      const expected = Object.entries(vector.headers as Record<string, string>).filter(
        ([name]) => !always.has(name) && name !== 'Content-Type',
      );
      assert.deepEqual(Object.fromEntries(own), Object.fromEntries(expected));
      assert.equal(type, (vector.headers as Record<string, string>)['Content-Type']);
    });

  it('never carry a line break out of a dynamic value', () => {
    const plan = planHeaders([], []);
    assert.ok(typeof plan !== 'string');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const merged = mergeHeaders(plan, { 'X-Dynamic': value }, true);
        if (typeof merged !== 'string') assert.doesNotMatch(merged.join(''), /[\r\n\0]/);
      }),
      cases(100),
    );
  });
});

describe('the body of a request', () => {
  for (const { name, parameters, body, merged } of bodies)
    it(name, () => {
      const plan = planBody(Object.entries(parameters).map(([key, value]) => ({ key, value })));
      assert.equal(mergeBody(plan, body), merged);
    });

  it('of any object holds its own members and the connection’s, which win', () => {
    const plan = planBody([{ key: 'a', value: 'x' }]);
    fc.assert(
      fc.property(fc.dictionary(fc.string({ maxLength: 3 }), fc.jsonValue()), (object) => {
        // Own members only: JSON cannot tell -0 and __proto__ apart from 0 and a prototype.
        const text = JSON.stringify(object, null, 1);
        const expected = { ...(JSON.parse(text) as object), a: 'x' };
        assert.deepEqual(JSON.parse(mergeBody(plan, text)), expected);
      }),
      cases(100),
    );
  });
});
