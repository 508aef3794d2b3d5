import { AwsError } from '../lib/aws-error.js';
import { element, type QueryService } from './query-protocol.js';

/** What STS GetCallerIdentity answers. */
export interface CallerIdentity {
  Arn: string;
  UserId: string;
  Account: string;
}

/** STS, of which GetCallerIdentity is what there is. */
export function sts(identity: CallerIdentity): QueryService {
  return {
    namespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
    serves: (path) => path === '/',
    errorCode: (code) => code,
    invoke(action) {
      if (action !== 'GetCallerIdentity')
        return Promise.reject(
          new AwsError(
            'InvalidAction',
            `Could not find operation ${action} for version 2011-06-15`,
          ),
        );
      const { Arn, UserId, Account } = identity;
      return Promise.resolve(
        element('Arn', Arn) + element('UserId', UserId) + element('Account', Account),
      );
    },
  };
}
