import { randomFillSync, randomUUID } from 'node:crypto';

/** DynamoDB's request ids: 52 upper-case letters and digits. */
const ID_LENGTH = 52;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';
const pool = Buffer.allocUnsafe(ID_LENGTH * 256);
let used = pool.length;

/** A request id as DynamoDB makes them. Random bytes are drawn in bulk: this is on every request's path. */
export function dynamoDbRequestId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  let id = '';
  for (const end = used + ID_LENGTH; used < end; used += 1) id += ALPHABET[pool[used]! & 31]!;
  return id;
}

/** A request id as the other services make them: a UUID. */
export function uuidRequestId(): string {
  return randomUUID();
}
