import { queueDoesNotExist } from './errors.js';
import type { Input } from '../lib/aws-input.js';
import { requiredText } from './input.js';
import type { Queue } from './queue.js';
import type { Caller, Queues } from './queues.js';

/** One operation of the API. Rejects, or throws, with AwsError. */
export type Operation = (queues: Queues, input: Input, caller: Caller) => Promise<object> | object;

/** The URL of a queue as its clients see it. */
export function urlOf(queues: Queues, queue: Queue, { origin }: Caller): string {
  return `${origin}/${queues.accountId}/${queue.resource.name}`;
}

/**
 * The queue that `QueueUrl` names: its path says which, whatever the host, since a server may be reached by
 * several names. Throws QueueDoesNotExist.
 */
export function queueOf(queues: Queues, input: Input): Queue {
  const url = requiredText(input, 'QueueUrl');
  const [account, name] = url.split('/').slice(-2);
  if (account !== queues.accountId || !name) throw queueDoesNotExist();
  return queues.named(name);
}
