import { parseArn, type Scope } from '../lib/arn.js';
import { isAwsError } from '../lib/aws-error.js';
import type { ChangeStream, ChangeStreams } from './change-stream.js';

/** The region in ARNs of DynamoDB Local. */
const DYNAMODB_LOCAL = 'ddblocal';

export interface SourcesOptions {
  embedded: ChangeStreams;
  remote: ChangeStreams;
  scope: Scope;
  /** Whether the operator named where streams lie that are not the server's own. */
  hasEndpoint: boolean;
}

/**
 * All streams that pipes can read. One of the embedded tables is read in place. Another is remote when it is of
 * another account or region, or when an endpoint is configured; else it does not exist, and `open` throws
 * ResourceNotFoundException: an ARN with a slip in it is not to be looked for at AWS.
 */
export function streamSources(options: SourcesOptions): ChangeStreams {
  const { embedded, remote, scope, hasEndpoint } = options;
  return {
    open(streamArn: string): ChangeStream {
      try {
        return embedded.open(streamArn);
      } catch (error) {
        if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
        if (!hasEndpoint && !isAtAws(streamArn, scope)) throw error;
        return remote.open(streamArn);
      }
    },
  };
}

/** Whether a stream that is not an embedded one can lie at AWS. */
function isAtAws(streamArn: string, scope: Scope): boolean {
  const arn = parseArn(streamArn);
  if (arn?.service !== 'dynamodb' || arn.region === DYNAMODB_LOCAL) return false;
  return arn.region !== scope.region || arn.accountId !== scope.accountId;
}
