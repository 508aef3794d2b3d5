import type { DeliveryRequest } from '../../destinations/index.js';
import type { PipeResource } from '../../state/index.js';

/** What a target holds, where that can be listed and is one pipe's alone. */
export interface TargetKeys {
  /** Under which key a request leaves its value. */
  keyOf(request: DeliveryRequest): string | undefined;
  /** The request about a key. */
  requestOf(key: string): DeliveryRequest;
  /** All keys. */
  list(): AsyncIterable<string>;
}

/** Finds what can be listed behind an API destination for a pipe; undefined when nothing can. */
export type TargetLists = (pipe: PipeResource) => Promise<TargetKeys | undefined>;
