import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { compileTemplate, RenderError } from '../../src/transformer/index.js';

interface Row {
  name: string;
  template: string;
  /** Whether strict mode, which does not look into strings, makes no JSON of it. */
  notStrict?: boolean;
  null: string;
  'drop-key': string;
  /** How the reason begins; when there is none, nothing is missing. */
  fail?: string;
}

const url = new URL('../vectors/transformer/missing-values.json', import.meta.url);
const ROWS = JSON.parse(readFileSync(url, 'utf8')) as Row[];
const EVENT = { here: 1, null: null, empty: '', dynamodb: { Keys: {} } };
const VARIABLES = { pipeArn: '', pipeName: '', sourceArn: '', targetArn: '', ingestionTime: '' };

for (const strict of [false, true]) {
  describe(`missing values${strict ? ', in strict mode' : ''}`, () => {
    for (const row of ROWS) {
      if (strict && row.notStrict) continue;
      const render = (missing: 'null' | 'drop-key' | 'fail'): string =>
        compileTemplate(row.template, { strict, missing }).render(EVENT, VARIABLES, EVENT);
      it(`${row.name}: null`, () => assert.equal(render('null'), row.null));
      it(`${row.name}: drop-key`, () => assert.equal(render('drop-key'), row['drop-key']));
      it(`${row.name}: fail`, () => {
        if (row.fail === undefined) return assert.doesNotThrow(() => render('fail'));
        assert.throws(
          () => render('fail'),
          new RenderError(
            `${row.fail} of the template has no value in this record, and missing values are to fail: correct it, or filter such records out`,
          ),
        );
      });
    }
  });
}

describe('dropped members', () => {
  /** Deterministic, so that a failure can be repeated. */
  function* randoms(seed: number): Generator<number, never> {
    for (let state = seed; ;) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      yield state / 2 ** 32;
    }
  }

  /** A template, and what it should make when its missing members are gone. */
  function document(next: () => number, depth: number): { template: string; kept: string } {
    const parts = Array.from({ length: Math.floor(next() * 4) }, (_, index) => {
      const value =
        depth > 0 && next() < 0.4
          ? document(next, depth - 1)
          : ([
              { template: '<$.none>', kept: undefined },
              { template: '"<$.none>"', kept: undefined },
              { template: '<$.here>', kept: '1' },
              { template: '",]"', kept: '",]"' },
            ][Math.floor(next() * 4)] as { template: string; kept: string | undefined });
      const name = [',', '{', '[', '\\"'][index]!;
      return { name: `"${name}"`, ...value };
    });
    const isList = next() < 0.5;
    const join = (texts: string[], comma: string): string =>
      isList ? `[${texts.join(comma)}]` : `{${texts.join(comma)}}`;
    const member = (name: string, value: string): string => (isList ? value : `${name}:${value}`);
    return {
      template: join(
        parts.map(({ name, template }) => member(name, ` ${template} `)),
        ' , ',
      ),
      kept: join(
        parts.filter(({ kept }) => kept !== undefined).map(({ name, kept }) => member(name, kept!)),
        ',',
      ),
    };
  }

  it('leave right JSON behind, whatever is around them', () => {
    const source = randoms(7);
    for (let round = 0; round < 2_000; round += 1) {
      const { template, kept } = document(() => source.next().value, 3);
      const rendered = compileTemplate(template, { missing: 'drop-key' });
      if (!template.includes('<')) continue; // a constant, sent as it is
      assert.equal(rendered.render(EVENT, VARIABLES, EVENT), kept, template);
    }
  });
});
