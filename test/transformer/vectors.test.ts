import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { ImageSource } from '../../src/transformer/index.js';
import { TemplateError, compileTemplate, parseEvent } from '../../src/transformer/index.js';

/** What a template makes of a record: an output, or the message of a RenderError. */
type Result = { output: string; fails?: undefined } | { output?: undefined; fails: string };

type Row = {
  name: string;
  template: string;
  /** JSON text; the record below when there is none. */
  event?: string;
  /** What it makes in strict mode, where that is something else. */
  strict?: Result;
  /** Whether it fails for every record, which `problem` then says beforehand. */
  problem?: boolean;
} & (Result | Refusal);

/** The message of a TemplateError, and the character that it names. */
interface Refusal {
  refused: string;
  position?: number;
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
  if ('refused' in row) {
    assert.throws(
      () => compileTemplate(row.template, { strict }),
      (error) => {
        assert.ok(error instanceof TemplateError);
        assert.equal(error.message, row.refused);
        assert.equal(error.position, row.position);
        return true;
      },
    );
    return;
  }
  const template = compileTemplate(row.template, { strict });
  const { output, fails } = (strict ? row.strict : undefined) ?? row;
  const event = parseEvent(row.event ?? RECORD);
  const render = (): string => template.render(event, VARIABLES, event as ImageSource);
  if (fails === undefined) assert.equal(render(), output);
  else assert.throws(render, { name: 'RenderError', message: fails });
  assert.equal(template.problem, row.problem === true ? fails : undefined);
}

const SUBJECTS = [
  'worked-examples',
  'templates',
  'values',
  'paths',
  'variables',
  'images',
  'escaping',
];

for (const subject of SUBJECTS) {
  describe(`input templates: ${subject}`, () => {
    for (const row of read(subject)) {
      it(row.name, () => check(row, false));
      if (row.strict === undefined)
        it(`${row.name}, the same in strict mode`, () => check(row, true));
      else it(`${row.name}, in strict mode`, () => check(row, true));
    }
  });
}
