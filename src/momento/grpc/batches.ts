import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Of, scs } from './messages.js';
import type { PlainFound } from './plain-messages.js';
import { operation } from './scalars.js';

/** Answers as many messages as the request has items, in their order: that is how clients pair them. */
export const batchOperations = {
  GetBatch: operation({
    action: 'read',
    keys: ({ items }: Of<typeof scs._GetBatchRequest>) => items.map(({ cache_key }) => cache_key),
    run: (cache, { items }) =>
      Promise.all(
        items.map(async ({ cache_key }): Promise<PlainFound> => ({
          value: await cache.scalars.get(cache_key),
        })),
      ),
  }),
  SetBatch: operation({
    action: 'write',
    keys: ({ items }: Of<typeof scs._SetBatchRequest>) => items.map(({ cache_key }) => cache_key),
    run: (cache, { items }) =>
      Promise.all(
        items.map(({ cache_key, cache_body, ttl_milliseconds }) =>
          cache.scalars.set(cache_key, cache_body, ttl_milliseconds),
        ),
      ),
  }),
};

/** Writes all answers as fast as the client takes them. */
export async function writeAll<Response>(
  call: ServerWritableStream<unknown, Response>,
  answers: readonly Response[],
): Promise<void> {
  for (const answer of answers) await write(call, answer);
  call.end();
}

/** Writes one message; resolves when the next may follow, also when the client has gone. */
export async function write<Response>(
  call: ServerWritableStream<unknown, Response>,
  message: Response,
): Promise<void> {
  if (call.cancelled || call.write(message)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      call.off('drain', done).off('cancelled', done).off('close', done);
      resolve();
    };
    call.on('drain', done).on('cancelled', done).on('close', done);
  });
}
