import { object, text, withoutEffect } from '../shape.js';
import type { BringUpRequest, ResourceType, Standing } from './resource-type.js';

/** AWS::Logs::LogGroup. Ref: its name. */
export const logGroup: ResourceType = {
  name: 'AWS::Logs::LogGroup',
  properties: object({
    DataProtectionPolicy: withoutEffect('what is logged is logged as it is.'),
    DeletionProtectionEnabled: withoutEffect('templates delete nothing.'),
    FieldIndexPolicies: withoutEffect('there are no indexes.'),
    KmsKeyId: withoutEffect('logs are plain files in the data folder.'),
    LogGroupClass: withoutEffect('it is a matter of price.'),
    LogGroupName: text,
    ResourcePolicyDocument: withoutEffect('requests are not checked against policies here.'),
    RetentionInDays: withoutEffect('the newest 64 MB of a group are kept.'),
    Tags: withoutEffect('log groups have none here.'),
  }),
  attributes: ['Arn'],
  naming: { property: 'LogGroupName', maxLength: 512 },
  bringUp,
};

async function bringUp({ api, name: logGroupName }: BringUpRequest): Promise<Standing> {
  const find = async (): Promise<string | undefined> => {
    const input = { logGroupNamePrefix: logGroupName, limit: 1 };
    const { logGroups } = (await api.logs('DescribeLogGroups', input)) as {
      logGroups: { logGroupName: string; arn: string }[];
    };
    return logGroups.find((group) => group.logGroupName === logGroupName)?.arn;
  };
  const arn = await find();
  if (arn !== undefined) return { action: 'unchanged', attributes: { Arn: arn } };
  await api.logs('CreateLogGroup', { logGroupName });
  return { action: 'created', attributes: { Arn: await find() } };
}
