import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../../lib/aws-error.js';
import { silentLog, type Log } from '../../lib/log.js';
import type { ApiKeys, Principal } from '../auth/api-keys.js';
import type { Caches } from '../caches.js';
import { CACHE_METHODS, deleteItem, getItem, putItem } from './http-cache.js';
import { HttpExchange } from './http-exchange.js';
import { pollTopic, publishToTopic, TOPIC_METHODS } from './http-topics.js';
import { invalidArgument, MomentoError } from '../momento-error.js';
import { decodeText, parseTarget, type RequestTarget } from './request-target.js';
import { ServiceLimits } from '../service-limits.js';
import { Topics } from '../topics.js';

export interface MomentoHttpOptions {
  store: Caches;
  keys: ApiKeys;
  /** Shared with another door; without it this door has its own. */
  topics?: Topics;
  /** Origin whose pages may call the API from a browser. Default `*`: any, as they need a key anyway. */
  allowOrigin?: string;
  /** The hosted service's limits; without it none. */
  limits?: ServiceLimits;
  log?: Log;
}

/** What the operations work on. */
export interface HttpRooms {
  store: Caches;
  topics: Topics;
  limits: ServiceLimits;
}

/** Answers one request; never rejects. */
export type MomentoHttp = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

type Operation = (target: RequestTarget, exchange: HttpExchange, by: Principal) => Promise<void>;

/**
 * Momento's HTTP API: `/cache/{cacheName}` and `/topics/{cacheName}/{topicName}`. Paths, parameters and
 * statuses as documented; the texts of errors are ours.
 */
export function createMomentoHttp(options: MomentoHttpOptions): MomentoHttp {
  const { store, keys, allowOrigin = '*', log = silentLog } = options;
  const topics = options.topics ?? new Topics({ store });
  const limits = options.limits ?? new ServiceLimits({ hosted: false });
  const rooms = { store, topics, limits };
  const operations: Record<string, Record<string, Operation>> = {
    cache: {
      GET: (...call) => getItem(rooms, ...call),
      PUT: (...call) => putItem(rooms, ...call),
      DELETE: (...call) => deleteItem(rooms, ...call),
    },
    topics: {
      GET: (...call) => pollTopic(rooms, ...call),
      POST: (...call) => publishToTopic(rooms, ...call),
    },
  };

  const serve = async (exchange: HttpExchange): Promise<void> => {
    const method = exchange.request.method ?? '';
    const target = parseTarget(exchange.request.url ?? '');
    const area = Object.hasOwn(operations, target.area) ? operations[target.area] : undefined;
    if (area === undefined)
      throw new MomentoError(
        'NOT_FOUND',
        `Momento's API has no /${target.area}; use /cache/{cacheName} or /topics/{cacheName}/{topicName}.`,
      );
    if (method === 'OPTIONS') return exchange.sendPreflight();
    const operation = Object.hasOwn(area, method) ? area[method] : undefined;
    if (operation === undefined)
      return exchange.sendWrongMethod(target.area === 'cache' ? CACHE_METHODS : TOPIC_METHODS);
    const principal = keys.authenticate(credentialOf(exchange.request, target));
    return operation(target, exchange, principal);
  };

  return async (request, response) => {
    const exchange = new HttpExchange(request, response, allowOrigin);
    try {
      await serve(exchange);
    } catch (error) {
      if (error instanceof AwsError) return exchange.sendError(error);
      log.error('The cache failed by a fault of ours; please report it', { error });
      await exchange.sendError(
        new MomentoError('INTERNAL', 'The cache failed; the log of the server says why.'),
      );
    }
  };
}

/** The credential of a request, from its header or its target; empty when there is none. */
function credentialOf(request: IncomingMessage, { query }: RequestTarget): string {
  const header = request.headers.authorization ?? '';
  const parameter = decodeText(query.get('token') ?? '', 'token');
  if (header !== '' && parameter !== '')
    throw invalidArgument(
      'Both the Authorization header and the query parameter token are set; only one of them may be.',
    );
  return header === '' ? parameter : header;
}
