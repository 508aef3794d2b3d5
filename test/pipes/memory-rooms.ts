import { AwsError } from '../../src/lib/aws-error.js';
import type { NewLogEvent } from '../../src/logs/index.js';
import type { Rooms } from '../../src/pipes/rooms.js';
import type { MessageInput } from '../../src/sqs/index.js';

/** Queues that take what they are sent, while they are there. */
export class MemoryQueues {
  /** By ARN. */
  readonly queues = new Map<string, MessageInput[]>();

  async send(arn: string, message: MessageInput): Promise<{ messageId: string }> {
    const messages = this.queues.get(arn);
    if (messages === undefined)
      throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    messages.push(message);
    return { messageId: String(messages.length) };
  }

  exists(arn: string): boolean {
    return this.queues.has(arn);
  }
}

/** Log groups of any name, in the account 000000000000. */
export class MemoryLogs {
  readonly events: (NewLogEvent & { arn: string })[] = [];

  async put(arn: string, event: NewLogEvent): Promise<void> {
    this.events.push({ arn, ...event });
  }

  nameOf(arn: string): string | undefined {
    return /:000000000000:log-group:([^:]+)/.exec(arn)?.[1];
  }

  arnOf(name: string): string {
    return `arn:aws:logs:us-east-1:000000000000:log-group:${name}`;
  }
}

/** For pipes that have nothing to do with them. */
export const memoryRooms = (): Pick<Rooms, 'queues' | 'logs'> => ({
  queues: new MemoryQueues(),
  logs: new MemoryLogs(),
});
