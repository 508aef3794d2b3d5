export { openQueues, Queues } from './queues.js';
export type { Caller, QueuesOptions } from './queues.js';
export type { MessageInput } from './message.js';
