import type { ServerResponse } from 'node:http';

/** So often something is sent, lest proxies take a quiet connection for a dead one. */
const HEARTBEAT_MS = 15_000;
/** Events that come within so long leave together. */
const GATHER_MS = 50;

/** Where events come from, for one listener. It bounds by itself what it keeps while nobody takes it. */
export interface EventFeed {
  /** What there is to tell, oldest first; empty when there is nothing. */
  take(): { event: string; data: unknown }[];
  /** Nobody listens any more. */
  stop(): void;
}

/**
 * Answers with server-sent events until the client goes away or `closing` aborts. `open` is given what is to be called when
 * the feed has something, and may throw. A client that does not read holds up only itself: meanwhile nothing is taken.
 */
export function sendEvents(
  response: ServerResponse,
  open: (onMore: () => void) => EventFeed,
  closing: AbortSignal,
): void {
  let isDue = false;
  let timer: NodeJS.Timeout | undefined;
  const send = (): void => {
    timer = undefined;
    if (!isDue || response.writableNeedDrain) return;
    isDue = false;
    for (const { event, data } of feed.take())
      response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  };
  const feed = open(() => {
    isDue = true;
    timer ??= setTimeout(send, GATHER_MS);
  });
  const end = (): void => void response.end();
  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) response.write(':\n\n');
  }, HEARTBEAT_MS);
  response.on('drain', send);
  response.on('close', () => {
    clearInterval(heartbeat);
    clearTimeout(timer);
    closing.removeEventListener('abort', end);
    feed.stop();
  });
  closing.addEventListener('abort', end, { once: true });
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  // Headers leave with the first bytes: the listener is to know at once that it listens.
  response.write(':\n\n');
}
