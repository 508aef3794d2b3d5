/** A parameter of a template that holds a secret. */
export interface SecretParameter {
  name: string;
  description: string;
}

type Members = Record<string, unknown>;
interface HttpParameter {
  Key: string;
  Value?: string;
  IsValueSecret?: boolean;
}
/** What DescribeConnection answers: all but the secrets. */
export interface DescribedConnection {
  Name: string;
  Description?: string;
  AuthorizationType: string;
  AuthParameters: {
    ApiKeyAuthParameters?: Members;
    BasicAuthParameters?: Members;
    OAuthParameters?: Members & { ClientParameters?: Members; OAuthHttpParameters?: Members };
    InvocationHttpParameters?: Members;
  };
}

const PARAMETER_LISTS = ['HeaderParameters', 'QueryStringParameters', 'BodyParameters'] as const;

/**
 * Properties of AWS::Events::Connection, with a parameter in the place of each secret; `prefix` begins the parameters'
 * names. Pure.
 */
export function connectionProperties(
  { Name, Description, AuthorizationType, AuthParameters }: DescribedConnection,
  prefix: string,
): { properties: Members; secrets: SecretParameter[] } {
  const secrets: SecretParameter[] = [];
  const secret = (what: string): Members => {
    const name = `${prefix}${what}`;
    secrets.push({ name, description: `Secret of the connection ${Name}: ${what}.` });
    return { Ref: name };
  };
  const lists = (given: Members | undefined, what: string): Members | undefined =>
    given &&
    Object.fromEntries(
      PARAMETER_LISTS.filter((list) => given[list] !== undefined).map((list) => [
        list,
        (given[list] as HttpParameter[]).map((parameter) =>
          parameter.IsValueSecret === true
            ? { ...parameter, Value: secret(`${what}${alphanumeric(parameter.Key)}`) }
            : parameter,
        ),
      ]),
    );
  const { ApiKeyAuthParameters, BasicAuthParameters, OAuthParameters, InvocationHttpParameters } =
    AuthParameters;
  const { ClientParameters, OAuthHttpParameters, ...oauth } = OAuthParameters ?? {};
  const properties = {
    Name,
    ...(Description !== undefined && Description !== '' && { Description }),
    AuthorizationType,
    AuthParameters: {
      ...(ApiKeyAuthParameters && {
        ApiKeyAuthParameters: { ...ApiKeyAuthParameters, ApiKeyValue: secret('ApiKeyValue') },
      }),
      ...(BasicAuthParameters && {
        BasicAuthParameters: { ...BasicAuthParameters, Password: secret('Password') },
      }),
      ...(OAuthParameters && {
        OAuthParameters: {
          ...oauth,
          ClientParameters: { ...ClientParameters, ClientSecret: secret('ClientSecret') },
          ...(OAuthHttpParameters && { OAuthHttpParameters: lists(OAuthHttpParameters, 'OAuth') }),
        },
      }),
      ...(InvocationHttpParameters && {
        InvocationHttpParameters: lists(InvocationHttpParameters, 'Invocation'),
      }),
    },
  };
  return { properties, secrets };
}

/** Names of parameters have no other characters. */
export function alphanumeric(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9]/g, '');
}
