import { object } from '../shape.js';
import type { ResourceType } from './resource-type.js';

/** AWS::CDK::Metadata, which `cdk synth` adds for AWS's statistics. */
export const cdkMetadata: ResourceType = {
  name: 'AWS::CDK::Metadata',
  properties: object({ Analytics: { kind: 'any' }, Modules: { kind: 'any' } }),
  attributes: [],
  naming: { maxLength: 255 },
  withoutEffect: 'it only counts the use of CDK, for AWS.',
  bringUp: () => Promise.resolve({ action: 'without effect', attributes: {} }),
};
