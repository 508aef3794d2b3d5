import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTemplate, TemplateError } from '../../src/templates/index.js';
import { Server, vectors } from './deploying.js';

describe('a template that is wrong', () => {
  for (const { name, text, error } of vectors<{ name: string; text: string; error: string }>(
    'errors',
  ))
    it(`is refused with place and cause: ${name}`, async () => {
      const server = new Server();
      await assert.rejects(server.start(text), (thrown: unknown) => {
        assert.ok(thrown instanceof TemplateError, String(thrown));
        if (error.startsWith('template.yaml'))
          assert.ok(thrown.message.startsWith(error), thrown.message);
        else assert.ok(thrown.message.includes(error), thrown.message);
        return true;
      });
      const isFoundLater = name === 'two resources of one name';
      assert.deepEqual(server.api.changes(), isFoundLater ? ['createCache'] : []);
    });

  it('is refused as a whole before it is read when it is larger than CloudFormation allows', () => {
    assert.throws(
      () => parseTemplate('#'.repeat(1_000_001), 'large.yaml'),
      /^TemplateError: large\.yaml: Template may not exceed 1000000 bytes in size\.$/,
    );
  });

  it('does not bring the process down by its depth', () => {
    for (const text of [
      '['.repeat(100_000),
      '{"a":'.repeat(100_000),
      '- '.repeat(100_000),
      '? '.repeat(100_000),
      Array.from({ length: 1_000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join(''),
    ])
      assert.throws(
        () => parseTemplate(text, 'deep.yaml'),
        /deep\.yaml:\d+:\d+: Template format error: a template may be 100 levels deep at most/,
      );
  });

  it('names at most twenty problems and counts the others', async () => {
    const resources = Array.from({ length: 25 }, (_, index) => [
      `R${String(index)}`,
      { Type: 'AWS::Nope::Nope' },
    ]);
    const text = JSON.stringify({ Resources: Object.fromEntries(resources) as object });
    await assert.rejects(new Server().start(text), (thrown: unknown) => {
      assert.ok(thrown instanceof TemplateError);
      assert.equal(thrown.problems.length, 25);
      assert.equal(thrown.message.split('\n').length, 21);
      assert.ok(thrown.message.endsWith('\nand 5 more'));
      return true;
    });
  });
});
