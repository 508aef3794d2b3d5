import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { describe, it } from 'node:test';
import { TemplateError } from '../../src/templates/index.js';
import { Server, vectors } from './deploying.js';

interface Row {
  name: string;
  declared: Record<string, unknown>;
  given?: string;
  expected?: string;
  isList?: true;
  error?: string;
}

function template(declared: object, value: unknown): string {
  return JSON.stringify({
    Parameters: { P: declared },
    Resources: { Role: { Type: 'AWS::IAM::Role' } },
    Outputs: { Out: { Value: value } },
  });
}

describe('parameters of a template', () => {
  for (const { name, declared, given, expected, isList, error } of vectors<Row>('parameters'))
    it(error === undefined ? `takes ${name}` : `refuses ${name}`, async () => {
      const value = isList ? { 'Fn::Join': ['|', { Ref: 'P' }] } : { Ref: 'P' };
      const started = new Server().start(
        template(declared, value),
        given === undefined ? {} : { P: given },
      );
      if (error === undefined) assert.equal((await started).outputs[0]?.value, expected);
      else
        await assert.rejects(started, (thrown: unknown) => {
          assert.ok(thrown instanceof TemplateError, String(thrown));
          assert.ok(thrown.message.includes(error), thrown.message);
          return true;
        });
    });

  it('refuses a value for a parameter that the template does not have, and names those it has', async () => {
    await assert.rejects(
      new Server().start(template({ Type: 'String', Default: 'a' }, 'x'), { Q: '1' }),
      /Parameters: \[Q\] do not exist in the template\. It has P\./,
    );
  });

  it('names all that is wrong with parameters at once', async () => {
    const text = JSON.stringify({
      Parameters: { A: { Type: 'String' }, B: { Type: 'String' }, C: { Type: 'Number' } },
      Resources: { Role: { Type: 'AWS::IAM::Role' } },
    });
    await assert.rejects(
      new Server().start(text, { C: 'x' }),
      /Parameter 'C' must be a number[^]*Parameters: \[A, B\] must have values/,
    );
  });

  it('accepts a parameter of Systems Manager that nothing refers to, as CDK declares one', async () => {
    const declared = { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk/version' };
    const { outputs } = await new Server().start(template(declared, 'fine'));
    assert.equal(outputs[0]?.value, 'fine');
  });
});

describe('a parameter with NoEcho', () => {
  const SECRET = 'pa/ss"word 1';
  const forms = [
    SECRET,
    JSON.stringify(SECRET).slice(1, -1),
    encodeURIComponent(SECRET),
    Buffer.from(SECRET).toString('base64'),
  ];
  const assertHidden = (what: unknown): void => {
    const text = typeof what === 'string' ? what : inspect(what, { depth: 10 });
    for (const form of forms) assert.ok(!text.includes(form), text);
  };

  it('is shown in no output, whatever it is made into', async () => {
    for (const value of [
      { Ref: 'P' },
      { 'Fn::Sub': 'x${P}y' },
      { 'Fn::Base64': { Ref: 'P' } },
      { 'Fn::Join': ['', ['a', { Ref: 'P' }]] },
      { 'Fn::Select': [1, { 'Fn::Split': ['/', { Ref: 'P' }] }] },
    ]) {
      const server = new Server();
      const result = await server.start(template({ Type: 'String', NoEcho: true }, value), {
        P: SECRET,
      });
      assert.equal(result.outputs[0]?.value, '****');
      assertHidden(result);
      assertHidden(server.logged.join());
      assertHidden([...server.stacks.texts.values()].join());
    }
  });

  it('is in no error, be it of a constraint or of the service that refused it', async () => {
    const server = new Server();
    const text = (name: unknown): string =>
      JSON.stringify({
        Parameters: { P: { Type: 'String', NoEcho: 'true', MinLength: 3 } },
        Resources: {
          Users: {
            Type: 'AWS::DynamoDB::Table',
            Properties: { TableName: name, KeySchema: [] },
          },
        },
      });
    const { AwsError } = await import('../../src/lib/aws-error.js');
    server.api.refusals.set(
      'CreateTable',
      new AwsError('ValidationException', `Value '${SECRET}' is not a name`),
    );
    await assert.rejects(server.start(text({ Ref: 'P' }), { P: SECRET }), (error: unknown) => {
      assertHidden(error);
      assert.match(String(error), /Value '\*\*\*\*' is not a name/);
      return true;
    });
    await assert.rejects(server.start(text({ Ref: 'P' }), { P: 'x!' }), (error: unknown) => {
      assert.ok(!String(error).includes('x!'));
      return true;
    });
  });
});
