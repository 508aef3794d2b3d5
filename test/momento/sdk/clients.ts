import {
  AuthClient,
  AuthClientConfigurations,
  CacheClient,
  Configurations,
  CredentialProvider,
  LeaderboardConfigurations,
  PreviewLeaderboardClient,
  TopicClient,
  TopicConfigurations,
  type CredentialProvider as Credentials,
} from '@gomomento/sdk';
import { DefaultMomentoLoggerFactory, DefaultMomentoLoggerLevel } from '@gomomento/sdk';
import { wrapKey, type RunningMomento } from '../../../src/server/momento.js';

const DEFAULT_TTL_SECONDS = 60;
const quiet = new DefaultMomentoLoggerFactory(DefaultMomentoLoggerLevel.ERROR);

type Address = Pick<RunningMomento, 'grpcPort'>;

/** As the SDK finds Momento's local server. */
export function localCredentials({ grpcPort }: Address): Credentials {
  return CredentialProvider.forMomentoLocal({ hostname: '127.0.0.1', port: grpcPort });
}

/** A key of this server, without TLS. */
export function keyCredentials({ grpcPort }: Address, key: string): Credentials {
  const endpoint = `127.0.0.1:${grpcPort}`;
  return CredentialProvider.fromDisposableToken({
    apiKey: wrapKey(key, 'unused'),
    endpointOverrides: {
      cacheEndpoint: endpoint,
      controlEndpoint: endpoint,
      tokenEndpoint: endpoint,
      secureConnection: false,
    },
  });
}

export function cacheClient(credentialProvider: Credentials): Promise<CacheClient> {
  return CacheClient.create({
    configuration: Configurations.Laptop.latest(quiet),
    credentialProvider,
    defaultTtlSeconds: DEFAULT_TTL_SECONDS,
  });
}

export function localCacheClient(address: Address): Promise<CacheClient> {
  return cacheClient(localCredentials(address));
}

export function topicClient(credentialProvider: Credentials): TopicClient {
  return new TopicClient({
    configuration: TopicConfigurations.Default.latest(quiet),
    credentialProvider,
  });
}

export function authClient(credentialProvider: Credentials): AuthClient {
  return new AuthClient({
    configuration: AuthClientConfigurations.Default.latest(quiet),
    credentialProvider,
  });
}

export function leaderboardClient(credentialProvider: Credentials): PreviewLeaderboardClient {
  return new PreviewLeaderboardClient({
    configuration: LeaderboardConfigurations.Laptop.latest(quiet),
    credentialProvider,
  });
}
