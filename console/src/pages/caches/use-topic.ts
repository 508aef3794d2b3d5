import { useEffect, useState } from 'react';
import { nextOfTopic, type TopicItem } from '../../api/momento';

/** The newest messages are kept. */
const MAX_KEPT = 200;
const RETRY_MS = 2_000;

export interface TopicMessage {
  /** Unique within the page. */
  id: string;
  number: number;
  arrivedAt: number;
  text?: string;
  base64?: string;
  publisher?: string;
}

export interface WatchedTopic {
  messages: readonly TopicMessage[];
  missed: number;
  isRestarted: boolean;
  error: unknown;
}

const NOTHING: WatchedTopic = { messages: [], missed: 0, isRestarted: false, error: undefined };

/** What is published on a topic from now on, the newest first; undefined `topic`: nothing is watched. */
export function useTopic(cache: string, topic: string | undefined) {
  const [watched, setWatched] = useState<WatchedTopic>(NOTHING);
  useEffect(() => {
    if (topic === undefined) return undefined;
    setWatched(NOTHING);
    const end = new AbortController();
    const watch = async (): Promise<void> => {
      let from = { next: 0, page: 0 };
      for (;;) {
        try {
          const items = await nextOfTopic(cache, topic, from, end.signal);
          from = items.reduce(placeAfter, from);
          if (items.length > 0) setWatched((before) => merged(before, items));
        } catch (error) {
          if (end.signal.aborted) return;
          setWatched((before) => ({ ...before, error }));
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
        }
      }
    };
    void watch();
    return () => end.abort();
  }, [cache, topic]);
  return { ...watched, clear: () => setWatched(NOTHING) };
}

/** Where to go on after an item. */
function placeAfter(
  from: { next: number; page: number },
  { item, discontinuity }: TopicItem,
): { next: number; page: number } {
  if (item) return { next: item.topic_sequence_number + 1, page: item.sequence_page };
  if (discontinuity)
    return { next: discontinuity.new_topic_sequence, page: discontinuity.new_sequence_page };
  return from;
}

function merged(before: WatchedTopic, items: TopicItem[]): WatchedTopic {
  const messages = items.flatMap(({ item }): TopicMessage[] => {
    if (item === undefined) return [];
    const { topic_sequence_number: number, sequence_page: page, value, publisher_id } = item;
    return [
      {
        id: `${String(page)} ${String(number)}`,
        number,
        arrivedAt: Date.now(),
        ...('text' in value ? { text: value.text } : { base64: value.binary }),
        ...(publisher_id !== undefined && { publisher: publisher_id }),
      },
    ];
  });
  const gaps = items.flatMap(({ discontinuity }) => (discontinuity ? [discontinuity] : []));
  const missed = gaps.reduce(
    (sum, gap) => sum + Math.max(0, gap.new_topic_sequence - gap.last_topic_sequence - 1),
    0,
  );
  return {
    messages: [...messages.reverse(), ...before.messages].slice(0, MAX_KEPT),
    missed: before.missed + missed,
    isRestarted: before.isRestarted || gaps.length > 0,
    error: undefined,
  };
}
