import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TemplateError } from '../../src/templates/index.js';
import { Server, vectors } from './deploying.js';

/** All that the vectors refer to; each one's value becomes an output. */
const TEMPLATE = `
Parameters:
  Stage: {Type: String, Default: dev}
  Count: {Type: Number, Default: 3}
  Index: {Type: Number, Default: '2'}
  Attribute: {Type: String, Default: Arn}
  Names: {Type: CommaDelimitedList, Default: 'x, y,z'}
Mappings:
  Rates:
    dev: {puts: 50, all: ['1', '2']}
Conditions:
  IsDev: !Equals [!Ref Stage, dev]
  IsProd: !Equals [!Ref Stage, prod]
  NotProd: !Not [!Condition IsProd]
  Both: !And [!Condition IsDev, !Condition IsProd]
  Either: !Or [{Condition: IsDev}, {Condition: IsProd}]
  Three: !Equals [!Ref Count, '3']
Resources:
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: users
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      BillingMode: PAY_PER_REQUEST
  Cache:
    Type: Freshet::Momento::Cache
    Properties: {CacheName: user-cache}
  Role:
    Type: AWS::IAM::Role
    Properties: {RoleName: the-role, Path: /service-role/}
Outputs:
  Out:
    Value: `;

interface Row {
  name: string;
  /** YAML of one value. */
  value: string;
  expected?: string;
  /** What the error's text has in it. */
  error?: string;
}

describe('functions of a template', () => {
  for (const { name, value, expected, error } of vectors<Row>('functions'))
    it(error === undefined ? `resolves: ${name}` : `refuses: ${name}`, async () => {
      const started = new Server().start(TEMPLATE + value);
      if (error === undefined) assert.equal((await started).outputs[0]?.value, expected);
      else
        await assert.rejects(started, (thrown: unknown) => {
          assert.ok(thrown instanceof TemplateError, String(thrown));
          const [problem] = thrown.problems;
          assert.ok(problem!.text.includes(error), problem!.text);
          assert.ok(problem!.at.startsWith('Outputs.Out'), problem!.at);
          assert.equal(problem!.line, TEMPLATE.split('\n').length, 'the line of the value');
          return true;
        });
    });
});
