import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { RenderError, compileTemplate, parseEvent } from '../../src/transformer/index.js';

interface Row {
  name: string;
  template: string;
  /** What the template renders; null when the record fails. */
  output: string | null;
  /** JSON text; the record below when there is none. */
  event?: string;
  /** What it renders in strict mode, where that is something else. */
  strict?: string | null;
  /** Whether the template fails for every record. */
  problem?: boolean;
}

const RECORD = `{"eventID":"e1","eventName":"MODIFY","awsRegion":"us-east-1",
 "dynamodb":{"ApproximateCreationDateTime":1672592664,
  "Keys":{"pk":{"S":"USER#1"}},
  "OldImage":{"pk":{"S":"USER#1"},"age":{"N":"41"}},
  "NewImage":{"pk":{"S":"USER#1"},"age":{"N":"42"},"vip":{"BOOL":true},"nick":{"NULL":true},
              "bin":{"B":"Zm9v"},"quote":{"S":"say \\"hi\\""},"lines":{"S":"a\\nb"},
              "roles":{"L":[{"S":"admin"},{"S":"dev"}]},"tags":{"SS":["x","y"]},
              "addr":{"M":{"zip":{"S":"0150"}}},"empty":{"S":""}}}}`;

const VARIABLES = {
  pipeArn: 'arn:aws:pipes:us-east-1:111111111111:pipe/p1',
  pipeName: 'p1',
  sourceArn: 'arn:source',
  targetArn: 'arn:target',
  ingestionTime: '2025-01-01T00:00:00.000Z',
};

function read(file: string): Row[] {
  const url = new URL(`../vectors/transformer/${file}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Row[];
}

function check(row: Row, strict: boolean): void {
  const template = compileTemplate(row.template, { strict });
  const output = strict && row.strict !== undefined ? row.strict : row.output;
  const event = parseEvent(row.event ?? RECORD);
  if (output === null) assert.throws(() => template.render(event, VARIABLES), RenderError);
  else assert.equal(template.render(event, VARIABLES), output);
  assert.equal(template.problem !== undefined, row.problem ?? false);
}

for (const file of ['worked-examples', 'own-examples']) {
  describe(`input templates: ${file}`, () => {
    for (const row of read(file)) {
      it(`${row.name}: ${row.template}`, () => check(row, false));
    }
  });
}

describe('input templates in strict mode', () => {
  it('put values inside quotes as they are: the worked examples', () => {
    for (const row of read('worked-examples')) check(row, true);
  });

  for (const row of read('own-examples').filter(({ strict }) => strict !== undefined)) {
    it(`${row.name}: ${row.template}`, () => check(row, true));
  }
});
