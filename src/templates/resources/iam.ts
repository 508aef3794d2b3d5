import { createHash } from 'node:crypto';
import { object, text, type Member } from '../shape.js';
import type { ResourceType } from './resource-type.js';

const NO_IAM = 'requests are not checked against roles and policies here.';
const ID_LENGTH = 17;
const anything: Member = { kind: 'any' };

/** AWS::IAM::Role. Ref: its name. Pipes need its ARN, whose form is checked. */
export const role: ResourceType = {
  name: 'AWS::IAM::Role',
  properties: object({
    AssumeRolePolicyDocument: anything,
    Description: text,
    ManagedPolicyArns: anything,
    MaxSessionDuration: anything,
    Path: text,
    PermissionsBoundary: anything,
    Policies: anything,
    RoleName: text,
    Tags: anything,
  }),
  attributes: ['Arn', 'RoleId'],
  naming: { property: 'RoleName', maxLength: 64 },
  withoutEffect: NO_IAM,
  bringUp: ({ name, scope, properties }) => {
    const path = typeof properties['Path'] === 'string' ? properties['Path'] : '/';
    return Promise.resolve({
      action: 'without effect',
      attributes: {
        Arn: `arn:aws:iam::${scope.accountId}:role${path}${name}`,
        RoleId: `AROA${idOf(name)}`,
      },
    });
  },
};

/** AWS::IAM::Policy: an inline policy. Ref: its name. */
export const policy: ResourceType = {
  name: 'AWS::IAM::Policy',
  properties: object({
    Groups: anything,
    PolicyDocument: anything,
    PolicyName: text,
    Roles: anything,
    Users: anything,
  }),
  attributes: ['Id'],
  naming: { property: 'PolicyName', maxLength: 128 },
  withoutEffect: NO_IAM,
  bringUp: ({ name }) =>
    Promise.resolve({ action: 'without effect', attributes: { Id: `ANPA${idOf(name)}` } }),
};

/** The letters of an IAM id: the same for the same name. */
function idOf(name: string): string {
  const digest = createHash('sha256').update(name).digest('hex');
  return digest.slice(0, ID_LENGTH).toUpperCase();
}
