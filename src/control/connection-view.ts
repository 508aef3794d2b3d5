import type { ConnectionResource } from '../state/index.js';
import type { Members } from './checker.js';
import { epochSeconds } from './event-bridge-common.js';

type TimeName = 'CreationTime' | 'LastModifiedTime' | 'LastAuthorizedTime';

function times(connection: ConnectionResource, names: readonly TimeName[]): Members {
  const all = {
    CreationTime: connection.creationTime,
    LastModifiedTime: connection.lastModifiedTime,
    LastAuthorizedTime: connection.lastAuthorizedTime,
  };
  return Object.fromEntries(
    names.filter((name) => all[name] !== undefined).map((name) => [name, epochSeconds(all[name]!)]),
  );
}

/** What the operations that change a connection answer. */
export function connectionSummary(
  connection: ConnectionResource,
  names: readonly TimeName[],
): Members {
  return {
    ConnectionArn: connection.arn,
    ConnectionState: connection.state,
    ...times(connection, names),
  };
}

/** One entry of ListConnections: neither AuthParameters nor SecretArn (recorded). */
export function listedConnection(connection: ConnectionResource): Members {
  return {
    ConnectionArn: connection.arn,
    Name: connection.name,
    ConnectionState: connection.state,
    ...(connection.stateReason !== undefined && { StateReason: connection.stateReason }),
    AuthorizationType: connection.authorizationType,
    ...times(connection, ['CreationTime', 'LastModifiedTime', 'LastAuthorizedTime']),
  };
}
