import { createTable, describeTable } from '../../api/dynamodb';
import { createApiDestination, createConnection } from '../../api/events';
import { createCache, createKey } from '../../api/freshet';
import { ApiError } from '../../api/http';
import { createPipe } from '../../api/pipes';

/** The names and values of a pipeline from a table to a cache. */
export interface Plan {
  table: string;
  key: string;
  attributes: string;
  cache: string;
  pipe: string;
  ttlSeconds: string;
}

/** The names of the walk-through that Freshet follows. */
export const EXAMPLE: Plan = {
  table: 'user',
  key: 'id',
  attributes: 'id, name, email, last_purchased_at',
  cache: 'user',
  pipe: 'ddb2momento',
  ttlSeconds: '300',
};

export const PARTS = ['table', 'cache', 'connection', 'destination', 'pipe'] as const;
export type Part = (typeof PARTS)[number];

/** The walk-through's rate. */
const RATE_LIMIT = 50;

/** What each part is called. */
export function namesOf(plan: Plan): Record<Part, string> {
  return {
    table: plan.table,
    cache: plan.cache,
    connection: `momento-${plan.cache}`,
    destination: `momento-put-${plan.cache}`,
    pipe: plan.pipe,
  };
}

/** The input template: a JSON string of a JSON object, which the cache keeps as text. */
export function templateOf({ attributes }: Plan): string {
  const lines = attributes
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => `\\"${name}\\": \\"<$.dynamodb.NewImage.${name}.S>\\"`);
  return `"{${lines.join(', ')}}"`;
}

/** Makes the parts, one after the other: each needs those before it. */
export class SetUp {
  #stream = '';
  #connectionArn = '';
  #destinationArn = '';

  /** Makes one part. What was made before keeps the names that it was made with. */
  make(part: Part, plan: Plan): Promise<void> {
    return this.#steps[part](plan);
  }

  readonly #steps: Record<Part, (plan: Plan) => Promise<void>> = {
    table: async ({ table, key }) => {
      // A table that is there is used as it is, when it has a stream.
      await createTable({
        TableName: table,
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }).catch(unlessThere('ResourceInUseException'));
      this.#stream = (await describeTable(table)).LatestStreamArn ?? '';
    },
    cache: async ({ cache }) => {
      await createCache(cache).catch(unlessThere('AlreadyExists'));
    },
    connection: async (plan) => {
      const { connection } = namesOf(plan);
      const { key } = await createKey({
        role: 'readwrite',
        caches: [plan.cache],
        description: `connection ${connection}`,
      });
      const { ConnectionArn } = await createConnection({
        Name: connection,
        AuthorizationType: 'API_KEY',
        AuthParameters: {
          ApiKeyAuthParameters: { ApiKeyName: 'Authorization', ApiKeyValue: key },
        },
      });
      this.#connectionArn = ConnectionArn;
    },
    destination: async (plan) => {
      const { ApiDestinationArn } = await createApiDestination({
        Name: namesOf(plan).destination,
        ConnectionArn: this.#connectionArn,
        InvocationEndpoint: `${location.origin}/cache/*`,
        HttpMethod: 'PUT',
        InvocationRateLimitPerSecond: RATE_LIMIT,
      });
      this.#destinationArn = ApiDestinationArn;
    },
    pipe: async (plan) => {
      const { pipe, cache, key, ttlSeconds } = plan;
      await createPipe(pipe, {
        RoleArn: `arn:aws:iam::${this.#stream.split(':')[4] ?? ''}:role/freshet-console`,
        Source: this.#stream,
        SourceParameters: {
          DynamoDBStreamParameters: { StartingPosition: 'TRIM_HORIZON', BatchSize: 1 },
          FilterCriteria: { Filters: [{ Pattern: '{"eventName": ["INSERT", "MODIFY"]}' }] },
        },
        Target: this.#destinationArn,
        TargetParameters: {
          InputTemplate: templateOf(plan),
          HttpParameters: {
            PathParameterValues: [cache],
            QueryStringParameters: {
              key: `$.dynamodb.Keys.${key}.S`,
              ttl_seconds: ttlSeconds,
            },
          },
        },
      });
    },
  };
}

/** Lets an error pass that says that the thing is there already. */
function unlessThere(code: string): (error: unknown) => void {
  return (error) => {
    if (!(error instanceof ApiError && error.code === code)) throw error;
  };
}
