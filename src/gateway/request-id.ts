import { randomFillSync, randomUUID } from 'node:crypto';

/** DynamoDB's request ids: 52 upper-case letters and digits. */
const ID_LENGTH = 52;
const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345');
const pool = Buffer.allocUnsafe(ID_LENGTH * 256);
let used = pool.length;

/** A request id as DynamoDB makes them. They are drawn in bulk: this is on every request's path. */
export function dynamoDbRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    for (let at = 0; at < pool.length; at += 1) pool[at] = ALPHABET[pool[at]! & 31]!;
    used = 0;
  }
  used += ID_LENGTH;
  return pool.toString('latin1', used - ID_LENGTH, used);
}

/** A request id as the other services make them: a UUID. */
export function uuidRequestId(): string {
  return randomUUID();
}
