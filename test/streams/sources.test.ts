import assert from 'node:assert/strict';
import { it } from 'node:test';
import { AwsError, isAwsError } from '../../src/lib/aws-error.js';
import { streamSources, type ChangeStream, type ChangeStreams } from '../../src/streams/index.js';

const SCOPE = { region: 'us-east-1', accountId: '000000000000' };
const LOCAL = arn('us-east-1', '000000000000', 'here');
const remote: ChangeStreams = { open: (streamArn) => ({ streamArn }) as ChangeStream };
const embedded: ChangeStreams = {
  open(streamArn) {
    if (streamArn !== LOCAL) throw new AwsError('ResourceNotFoundException', 'not found');
    return { streamArn: 'embedded' } as ChangeStream;
  },
};

function arn(region: string, account: string, table: string): string {
  return `arn:aws:dynamodb:${region}:${account}:table/${table}/stream/2026-01-01T00:00:00.000`;
}

function whereIs(streamArn: string, hasEndpoint: boolean): string {
  try {
    const sources = streamSources({ embedded, remote, scope: SCOPE, hasEndpoint });
    return sources.open(streamArn).streamArn === 'embedded' ? 'embedded' : 'remote';
  } catch (error) {
    assert.ok(isAwsError(error, 'ResourceNotFoundException'));
    return 'nowhere';
  }
}

const CASES: [stream: string, withoutEndpoint: string, withEndpoint: string][] = [
  [LOCAL, 'embedded', 'embedded'],
  [arn('us-east-1', '000000000000', 'gone'), 'nowhere', 'remote'],
  [arn('us-east-1', '111111111111', 'here'), 'remote', 'remote'],
  [arn('eu-west-1', '000000000000', 'here'), 'remote', 'remote'],
  [arn('ddblocal', '000000000000', 'here'), 'nowhere', 'remote'],
  ['S00000000-0000-1000-8000-000000000000', 'nowhere', 'remote'],
];

for (const [stream, without, withEndpoint] of CASES)
  it(`${stream} is ${without}, with an endpoint ${withEndpoint}`, () => {
    assert.equal(whereIs(stream, false), without);
    assert.equal(whereIs(stream, true), withEndpoint);
  });
