import { encodeComponent } from './endpoint.js';
import { MASK } from './mask.js';

/** The parts of the query that do not change between requests, encoded once. */
export interface QueryPlan {
  /** The endpoint's own pairs, in order, as they were written. */
  readonly endpoint: readonly { key: string; pair: string }[];
  readonly endpointKeys: ReadonlySet<string>;
  /** The connection's pairs by key. `masked` equals `pair` unless the value is secret. */
  readonly connection: ReadonlyMap<string, { pair: string; masked: string }>;
  readonly hasSecret: boolean;
}

/** `parameters`: the connection's QueryStringParameters. */
export function planQuery(
  endpointQuery: string,
  parameters: readonly { key: string; value: string; secret: boolean }[],
): QueryPlan {
  const endpoint = endpointQuery
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => ({ key: decodeKey(pair), pair }));
  const connection = parameters.map(({ key, value, secret }) => {
    const pair = `${encodeComponent(key)}=${encodeComponent(value)}`;
    return [key, { pair, masked: secret ? `${encodeComponent(key)}=${MASK}` : pair }] as const;
  });
  return {
    endpoint,
    endpointKeys: new Set(endpoint.map(({ key }) => key)),
    connection: new Map(connection),
    hasSecret: parameters.some(({ secret }) => secret),
  };
}

/**
 * The query of one request with its `?`, or an empty text. The endpoint's pairs come first, then the
 * target's, then the connection's; of pairs with the same key the connection's value is taken, else the
 * target's, at the place of the first (reference: connections and API destinations, section 4).
 * With `masked`, secret values are replaced.
 */
export function mergeQuery(
  plan: QueryPlan,
  target: Readonly<Record<string, string>>,
  masked = false,
): string {
  let query = '';
  const seen = plan.endpoint.length > 1 ? new Set<string>() : undefined;
  for (const { key, pair } of plan.endpoint) {
    const winner = plan.connection.get(key);
    if (winner === undefined && !Object.hasOwn(target, key)) {
      query += `&${pair}`;
      continue;
    }
    // A key that the endpoint repeats is replaced as a whole.
    if (seen?.has(key)) continue;
    seen?.add(key);
    query += winner
      ? `&${masked ? winner.masked : winner.pair}`
      : `&${encodeComponent(key)}=${encodeComponent(target[key]!)}`;
  }
  for (const key of Object.keys(target)) {
    if (plan.endpointKeys.has(key)) continue;
    const winner = plan.connection.get(key);
    query += winner
      ? `&${masked ? winner.masked : winner.pair}`
      : `&${encodeComponent(key)}=${encodeComponent(target[key]!)}`;
  }
  for (const [key, winner] of plan.connection) {
    if (plan.endpointKeys.has(key) || Object.hasOwn(target, key)) continue;
    query += `&${masked ? winner.masked : winner.pair}`;
  }
  return query === '' ? '' : `?${query.slice(1)}`;
}

function decodeKey(pair: string): string {
  const [key] = new URLSearchParams(pair).keys();
  return key ?? '';
}
