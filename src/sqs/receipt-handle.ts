import { AwsError } from '../lib/aws-error.js';

/** What a receipt handle says. */
export interface Receipt {
  queueId: string;
  /** Of the message. */
  id: string;
  /** Differs each time that the message is received. */
  token: string;
}

export function makeReceiptHandle({ queueId, id, token }: Receipt): string {
  return Buffer.from(`${queueId} ${id} ${token}`).toString('base64');
}

/** Throws ReceiptHandleIsInvalid for what is no handle of this queue. */
export function parseReceiptHandle(handle: string, queueId: string): Receipt {
  const [ofQueue, id, token] = Buffer.from(handle, 'base64').toString().split(' ');
  if (ofQueue !== queueId || !id || !token)
    throw new AwsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
    );
  return { queueId, id, token };
}
