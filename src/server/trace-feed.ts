import type { EventFeed } from '../gateway/index.js';
import { AwsError } from '../lib/aws-error.js';
import type { PipeTrace } from '../pipes/index.js';

/**
 * What a pipe does, as events for one listener: `record` each time that something has come of a record, `dropped` when it
 * was too slow for so many. Throws when too many listen.
 */
export function traceFeed(trace: PipeTrace, onMore: () => void): EventFeed {
  const feed = trace.listen(onMore);
  if (feed === undefined)
    throw new AwsError(
      'TooManyListeners',
      'Too many watch this pipe already: end one of them, then try again.',
      { status: 429 },
    );
  return {
    take() {
      const { records, dropped } = feed.take();
      const events = records.map((data) => ({ event: 'record', data: data }));
      return dropped === 0 ? events : [{ event: 'dropped', data: { count: dropped } }, ...events];
    },
    stop: () => feed.stop(),
  };
}
