import { field } from '../validation/shape.js';
import type { Operation } from './operation.js';

/** The service's default quotas; nothing here enforces them. */
const ACCOUNT_CAPACITY_UNITS = 80_000;
const TABLE_CAPACITY_UNITS = 40_000;
/** Clients may keep the endpoint for a day, as the service says. */
const CACHE_MINUTES = 1440;

export const describeLimits: Operation = {
  shape: field('DescribeLimitsInput', {}),
  perform: () =>
    JSON.stringify({
      AccountMaxReadCapacityUnits: ACCOUNT_CAPACITY_UNITS,
      AccountMaxWriteCapacityUnits: ACCOUNT_CAPACITY_UNITS,
      TableMaxReadCapacityUnits: TABLE_CAPACITY_UNITS,
      TableMaxWriteCapacityUnits: TABLE_CAPACITY_UNITS,
    }),
};

export const describeEndpoints: Operation = {
  shape: field('DescribeEndpointsRequest', {}),
  perform: ({ scope }) =>
    JSON.stringify({
      Endpoints: [
        { Address: `dynamodb.${scope.region}.amazonaws.com`, CachePeriodInMinutes: CACHE_MINUTES },
      ],
    }),
};
