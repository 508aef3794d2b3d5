import type { TopicMessage } from './topic.js';

/** Where the messages of topics lie when several servers share them. All may reject with UNAVAILABLE. */
export interface TopicLog {
  /** Adds a message, tells those who follow, and returns its number. */
  append(
    cacheName: string,
    topicName: string,
    message: Omit<TopicMessage, 'sequenceNumber'>,
  ): Promise<number>;
  /** What is kept beyond number `last` of `page`, or all of another page; undefined when there is nothing. */
  since(
    cacheName: string,
    topicName: string,
    page: number,
    last: number,
  ): Promise<LoggedMessages | undefined>;
  /**
   * Calls `onMore` whenever there may be messages that were not read yet; resolves when none that comes
   * later can be missed.
   */
  follow(cacheName: string, topicName: string, onMore: () => void): Promise<void>;
  unfollow(cacheName: string, topicName: string): void;
}

export interface LoggedMessages {
  page: number;
  /** The number of the newest message. */
  last: number;
  messages: TopicMessage[];
}
